# Whatever goes wrong from here on: back at once, not when the timer fires.
undo() {
    code=$?
    if [ "$code" != 0 ]; then
        systemctl stop "jupyter-anywhere-undo-$NAME.timer"
        sh "/run/jupyter-anywhere/$NAME/undo.sh"
    fi
}
trap undo EXIT

for file in $FILES; do
    chown root:root "/run/jupyter-anywhere/$NAME/new/$file"
    chmod 640 "/run/jupyter-anywhere/$NAME/new/$file"
    mv -T "/run/jupyter-anywhere/$NAME/new/$file" "/etc/ufw/$file"
done
echo "$DEFAULTS" | while IFS='=' read -r name value; do
    case $name in
        '') ;;
        IPV6) sed -i "s/^IPV6=.*/IPV6=$value/" /etc/default/ufw ;;
        *) sed -i "s/^$name=.*/$name=\"$value\"/" /etc/default/ufw ;;
    esac
done
# The rules stand in ufw's files before it is turned on: there is no moment without the one for SSH.
if [ -n "$COMMANDS" ]; then
    echo "$COMMANDS" >"/run/jupyter-anywhere/$NAME/commands"
    sh -eu "/run/jupyter-anywhere/$NAME/commands" </dev/null >/dev/null
fi
ufw --force enable >/dev/null
ufw reload >/dev/null
