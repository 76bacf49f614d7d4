staged=/run/jupyter-anywhere/$NAME/new
# Whatever goes wrong from here on: back at once, not when the timer fires.
undo() {
    code=$?
    if [ "$code" != 0 ]; then
        systemctl stop "jupyter-anywhere-undo-$NAME.timer"
        sh "/run/jupyter-anywhere/$NAME/undo.sh"
    fi
}
trap undo EXIT

install -d -m 0755 "$KEYS_DIRECTORY" /etc/ssh/sshd_config.d
echo "$FILES" | while read -r name mode path; do
    [ -n "$name" ] || continue
    chown root:root "$staged/$name"
    chmod "$mode" "$staged/$name"
    mv -T "$staged/$name" "$path"
done
for user in $STRANGERS; do rm -rf "${KEYS_DIRECTORY:?}/$user"; done
if [ -n "$HOST_KEY" ]; then
    for key in /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub; do
        case $key in
            "$HOST_KEY" | "$HOST_KEY.pub") ;;
            *) rm -f "$key" ;;
        esac
    done
    # sshd asks for it at every login of root's, and logs an error where it is missing.
    install -d -m 0700 /root/.ssh
    touch /root/.ssh/authorized_keys
fi

sshd=$(command -v sshd || echo /usr/sbin/sshd)
if ! "$sshd" -t; then
    echo "sshd refuses its new configuration (see above); everything is as it was before." >&2
    exit 1
fi
effective=$("$sshd" -T -C user=root,host=localhost,addr=127.0.0.1)
echo "$EFFECTIVE" | while read -r line; do
    if ! echo "$effective" | grep -qixF "$line"; then
        echo "Another file of sshd's overrules '$line': see /etc/ssh/sshd_config and /etc/ssh/sshd_config.d on the server." >&2
        exit 1
    fi
done

# Also where ssh.socket started it (Ubuntu 24.04): we are connected, so the service runs.
systemctl reload ssh.service
