if ! command -v ufw >/dev/null; then exit 0; fi
echo installed=yes
# Enabled, so that it comes back with the next boot, and loaded, so that it works now.
if grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf && iptables -S ufw-user-input >/dev/null 2>&1 &&
    iptables -S INPUT | grep -q ufw-before-input; then
    echo active=yes
fi
sed -n 's/^\(DEFAULT_INPUT_POLICY\|DEFAULT_OUTPUT_POLICY\|IPV6\)=/default=\1=/p' /etc/default/ufw
sed -n 's/^### tuple ###/rule=&/p' /etc/ufw/user.rules /etc/ufw/user6.rules
for file in before.rules before6.rules; do sed "s/^/$file=/" "/etc/ufw/$file"; done
client=${SSH_CLIENT:-}
echo "client=${client%% *}"
