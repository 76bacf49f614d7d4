if [ -f "$FILE" ] && [ ! -L "$FILE" ]; then
    echo "sha256=$(sha256sum "$FILE" | cut -d' ' -f1)"
    stat -c 'owner=%U:%G
mode=%a' "$FILE"
fi
