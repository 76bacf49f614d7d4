if entry=$(getent passwd "$NAME"); then
    echo exists=yes
    echo "home=$(echo "$entry" | cut -d: -f6)"
    echo "shell=$(echo "$entry" | cut -d: -f7)"
    echo "groups=$(id -nG "$NAME")"
    echo "home_folder=$(stat -c '%U:%G %a' "$(echo "$entry" | cut -d: -f6)" 2>/dev/null || true)"
fi
