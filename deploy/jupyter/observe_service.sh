# A link counts by where it points to, a file by its content.
digest=$(echo "$PATHS" | while read -r path; do
    readlink -f "$path" || true
    if [ -f "$path" ]; then cat "$path"; fi
done | sha256sum | cut -d' ' -f1)
echo "digest=$digest"
echo "stamp=$(cat "$STAMP" 2>/dev/null || true)"
systemctl show --property ActiveState,UnitFileState,NeedDaemonReload "$SERVICE.service"
