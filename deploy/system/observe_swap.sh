sed -n 's/^MemTotal: *\([0-9]*\) kB/memory=\1/p; s/^SwapTotal: *\([0-9]*\) kB/swap=\1/p' /proc/meminfo
echo "free_disk=$(df -k --output=avail / | tail -n 1 | tr -d ' ')"
if systemd-detect-virt --container --quiet; then echo container=yes; fi
