directory=/run/jupyter-anywhere/$NAME
unit=jupyter-anywhere-undo-$NAME
systemctl stop "$unit.timer" "$unit.service" 2>/dev/null || true
systemctl reset-failed "$unit.timer" "$unit.service" 2>/dev/null || true
rm -rf "$directory"
install -d -m 0700 /run/jupyter-anywhere "$directory" "$directory/before" "$directory/new"

{
    echo "set -eu"
    echo "$PATHS" | while read -r path; do
        if [ -e "$path" ]; then
            mkdir -p "$directory/before${path%/*}"
            cp -a "$path" "$directory/before$path"
        fi
        if [ -d "$path" ]; then
            echo "find '$path' -mindepth 1 -delete; cp -a '$directory/before$path/.' '$path/'"
        elif [ -e "$path" ]; then
            echo "cp -a '$directory/before$path' '$path'"
        else
            echo "rm -rf '$path'"
        fi
    done
    echo "$AFTER"
    echo "rm -rf '$directory'"
} >"$directory/undo.sh"

systemd-run --quiet --collect --unit "$unit" --on-active "$LIMIT" --timer-property AccuracySec=1s \
    sh "$directory/undo.sh"
