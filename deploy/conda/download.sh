# Only root can write here; the installer is readable, for the owner runs it.
install -d -m 0755 "$DIRECTORY" "$ROOT"
whole=$DIRECTORY/$VERSION.sh
part=$whole.part

digest() { sha256sum "$1" | cut -d' ' -f1; }

if [ -f "$whole" ] && [ "$(digest "$whole")" = "$SHA256" ]; then
    exit 0
fi
rm -f "$whole"

# An interrupted installation's half prefix is made anew, so what it takes counts as free.
free=$(df -k --output=avail "$ROOT" | tail -n 1 | tr -d ' ')
half=0
if [ -d "$ROOT/$VERSION" ]; then half=$(du -sk "$ROOT/$VERSION" | cut -f1); fi
if [ $(((free + half) / 1000000)) -lt "$DISK_GB" ]; then
    echo "$VERSION needs $DISK_GB GB of free disk, and $ROOT has $(((free + half) / 1000000)) GB." >&2
    echo "$ADVICE" >&2
    exit 1
fi

fetch() {
    curl --fail --location --silent --show-error --retry "$RETRIES" --retry-delay 2 --retry-connrefused \
        --connect-timeout 30 --speed-limit 1000 --speed-time 60 "$@" --output "$part" "$URL" 2>"$part.log"
}

failed() {
    tail -n 1 "$part.log" >&2
    echo "The installer of $VERSION could not be downloaded from $URL. Run this again to go on where it stopped." >&2
    echo "The server's own firewall lets downloads out on ports 80 and 443 only." >&2
    exit 1
}

# A cut connection goes on where it stopped. Where that does not give the right file, because the
# server cannot do it (22, 33, 36) or what is here was of another one, all of it is asked for once more.
if [ -s "$part" ] && [ "$(digest "$part")" != "$SHA256" ]; then
    code=0
    fetch --continue-at - || code=$?
    case $code in
        0 | 22 | 33 | 36) [ "$(digest "$part")" = "$SHA256" ] || rm -f "$part" ;;
        *) failed ;;
    esac
fi
[ -s "$part" ] || fetch || failed

rm -f "$part.log"
got=$(digest "$part")
if [ "$got" != "$SHA256" ]; then
    rm -f "$part"
    echo "What $URL serves is not the installer of $VERSION: its SHA-256 is $got, and must be $SHA256. It was not run." >&2
    echo "Run this again; if it stays so, the file there was changed: see the publisher's list of digests." >&2
    exit 1
fi
chmod 644 "$part"
mv "$part" "$whole"
