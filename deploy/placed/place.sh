chown "$OWNER" "$STAGED"
chmod "$MODE" "$STAGED"
mv -T "$STAGED" "$FILE"
