left_running() {
    for environment in $(grep -lsz '^JUPYTER_ANYWHERE_RUN=' /proc/[0-9]*/environ); do
        run=$(tr '\0' '\n' <"$environment" 2>/dev/null | sed -n 's/^JUPYTER_ANYWHERE_RUN=//p' || true)
        process=$(dirname "$environment")
        if [ -n "$run" ] && [ "$run" != "$RUN" ]; then
            echo "${process##*/} $(tr '\0\n' '  ' <"$process/cmdline" 2>/dev/null | cut -c1-100)"
        fi
    done
}

deadline=$(($(date +%s) + LIMIT))
while true; do
    left=$(left_running)
    [ -n "$left" ] || exit 0
    if [ "$(date +%s)" -ge "$deadline" ]; then
        echo "Commands of an earlier, interrupted run are still at work on the server after $LIMIT s:" >&2
        echo "$left" >&2
        echo "Wait until they are done, or end them on the server with 'kill' and the number before each; then run this again." >&2
        exit 1
    fi
    sleep 2
done
