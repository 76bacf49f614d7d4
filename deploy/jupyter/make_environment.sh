environment=$ROOT/$NAME
lock=$ROOT/$NAME.txt
cd /

# What lacks the stamp was broken off.
if [ ! -e "$environment/finished" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    # Hashes for everything, wheels only: nothing is built or run here as root.
    "$environment/bin/python" -I -m pip install --quiet --no-input --disable-pip-version-check --no-cache-dir \
        --require-hashes --no-deps --only-binary :all: --requirement "$lock"
    "$environment/bin/python" -I -m pip check
    : >"$environment/finished"
    sync "$environment/finished"
fi

before=$(readlink -f "$ROOT/current" 2>/dev/null || true)
ln -sfn "$NAME" "$ROOT/current.new"
mv -T "$ROOT/current.new" "$ROOT/current"

# The one in use until now serves until the restart; older ones go.
for other in "$ROOT"/*; do
    case $other in
        "$environment" | "$lock" | "$before" | "$before.txt" | "$ROOT/current") ;;
        *) rm -rf "$other" ;;
    esac
done
