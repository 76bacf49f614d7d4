if getent passwd "$NAME" >/dev/null; then
    getent shadow "$NAME" | cut -d: -f2 | tr -d '\n' | sha256sum | cut -d' ' -f1
fi
