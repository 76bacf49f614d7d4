echo "python=$(python3 -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)"
if [ -e "$ROOT/current/finished" ]; then
    echo "current=$(basename "$(readlink -f "$ROOT/current")")"
fi
