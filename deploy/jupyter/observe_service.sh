# A link counts by where it points to, a file by its content.
digest=$(echo "$PATHS" | while read -r path; do
    readlink -f "$path" || true
    if [ -f "$path" ]; then cat "$path"; fi
done | sha256sum | cut -d' ' -f1)
echo "digest=$digest"
echo "stamp=$(cat "$STAMP" 2>/dev/null || true)"
# Put back after somebody had changed it and restarted the service by hand, a file is again what it was at our
# last restart, and still not what the service runs with.
started=$(date --date "$(systemctl show --property ExecMainStartTimestamp --value "$SERVICE.service")" +%s 2>/dev/null || echo 0)
echo "$PATHS" | while read -r path; do
    if [ "$(stat --format %Z "$path" 2>/dev/null || echo 0)" -gt "${started:-0}" ]; then echo "newer=$path"; fi
done
systemctl show --property ActiveState,UnitFileState,NeedDaemonReload "$SERVICE.service"
