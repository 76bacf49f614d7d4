# 2: it came to its end with warnings, which are none of ours.
code=0
timeout "$LIMIT" cloud-init status --wait >/dev/null || code=$?
case $code in
    0 | 2) ;;
    124)
        echo "The server's first boot (cloud-init) is not over after $LIMIT s." >&2
        echo "See 'cloud-init status --long' and /var/log/cloud-init-output.log on the server, then run this again." >&2
        exit 1
        ;;
    *)
        echo "The server's first boot (cloud-init) failed:" >&2
        cloud-init status --long >&2 || true
        echo "A server whose first boot failed is best destroyed and made anew." >&2
        exit 1
        ;;
esac
