systemctl daemon-reload
systemctl enable --quiet "$SERVICE.service"
systemctl reset-failed "$SERVICE.service" 2>/dev/null || true
systemctl restart "$SERVICE.service"

deadline=$(($(date +%s) + LIMIT))
until [ "$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "$URL" || true)" = 200 ]; do
    restarts=$(systemctl show --property NRestarts --value "$SERVICE.service")
    if [ "$restarts" -ge 5 ] || [ "$(date +%s)" -ge "$deadline" ]; then
        echo "The login page does not answer at $URL on the server. The service's last lines:" >&2
        journalctl --unit "$SERVICE.service" --lines 30 --no-pager --output cat >&2 || true
        echo "See 'systemctl status $SERVICE' on the server." >&2
        exit 1
    fi
    sleep 0.3
done

# Last, and of what was read before the restart: a run that fails in between is made up for by the next.
install -d -m 0755 "$(dirname "$STAMP")"
echo "$DIGEST" >"$STAMP"
