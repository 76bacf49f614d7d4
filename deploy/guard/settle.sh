unit=jupyter-anywhere-undo-$NAME
# Stopping the timer is not enough if it has just fired: then everything was put back.
if ! systemctl is-active --quiet "$unit.timer"; then
    echo "The change took so long that the server has put everything back. Run this again." >&2
    exit 1
fi
systemctl stop "$unit.timer"
rm -rf "/run/jupyter-anywhere/$NAME"
