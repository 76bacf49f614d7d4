# An interrupted run may have left it half made.
swapoff "$FILE" 2>/dev/null || true
rm -f "$FILE"
(umask 077 && fallocate --length "${MEGABYTES}MiB" "$FILE")
mkswap --quiet "$FILE" 2>/dev/null || mkswap "$FILE" >/dev/null
swapon "$FILE"
grep -q "^$FILE " /etc/fstab || echo "$FILE none swap sw 0 0" >>/etc/fstab
