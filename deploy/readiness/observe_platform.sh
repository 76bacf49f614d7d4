sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\)"\{0,1\}$/name=\1/p' /etc/os-release 2>/dev/null || true
if command -v apt-get >/dev/null; then echo apt=yes; fi
if [ -d /run/systemd/system ]; then echo systemd=yes; fi
echo "machine=$(uname -m)"
echo "python=$(python3 -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)"
