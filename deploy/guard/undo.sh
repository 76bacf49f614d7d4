systemctl stop "jupyter-anywhere-undo-$NAME.timer"
sh "/run/jupyter-anywhere/$NAME/undo.sh"
