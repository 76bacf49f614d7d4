prefix=$ROOT/$VERSION
home=$(getent passwd "$OWNER" | cut -d: -f6)
cd /
runuser -u "$OWNER" -- env HOME="$home" USER="$OWNER" LOGNAME="$OWNER" \
    "$prefix/bin/conda" install --yes --quiet --prefix "$prefix" ipykernel </dev/null
