prefix=$ROOT/$VERSION
installer=$DIRECTORY/$VERSION.sh
log=$DIRECTORY/$VERSION.log
home=$(getent passwd "$OWNER" | cut -d: -f6)

# Checked right before it runs, and only root could have changed it since.
echo "$SHA256  $installer" | sha256sum --check --status

# Without a marker it was broken off. Its paths are baked in and its parts unknown: made anew.
rm -rf "$prefix"
install -d -m 0755 "$ROOT" "$MARKERS"
install -d -m 0755 -o "$OWNER" -g "$OWNER" "$prefix"

# As the owner: root must not run what a download brings, nor what the owner could change meanwhile.
# -u: the prefix exists, because its parent is root's and the owner could not make it.
cd /
if ! runuser -u "$OWNER" -- env HOME="$home" USER="$OWNER" LOGNAME="$OWNER" \
    bash "$installer" -b -u -p "$prefix" >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "The installer of $VERSION failed; the whole output is in $log on the server. Run this again to try anew." >&2
    exit 1
fi
if [ ! -x "$prefix/bin/python" ]; then
    echo "The installer of $VERSION came to its end, but there is no $prefix/bin/python." >&2
    exit 1
fi

echo "$SHA256" >"$MARKERS/$VERSION.new"
sync "$MARKERS/$VERSION.new"
mv "$MARKERS/$VERSION.new" "$MARKERS/$VERSION"
rm -f "$installer" "$log"
