prefix=$ROOT/$VERSION
home=$(getent passwd "$OWNER" | cut -d: -f6)
cd /
runuser -u "$OWNER" -- env HOME="$home" USER="$OWNER" LOGNAME="$OWNER" \
    "$prefix/bin/conda" tos accept --override-channels \
    --channel https://repo.anaconda.com/pkgs/main --channel https://repo.anaconda.com/pkgs/r </dev/null
: >"$MARKERS/$VERSION.terms"
