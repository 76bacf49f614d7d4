# A firewall that is turned on knows no connection from before: the first packet that we send on ours
# would count as a new outgoing one, be rejected, and stall it for minutes. This rule does nothing but
# have connections tracked; by the next command ours is known in both directions.
for iptables in iptables ip6tables; do
    "$iptables" -C INPUT -m conntrack --ctstate ESTABLISHED -m comment --comment "$COMMENT" 2>/dev/null ||
        "$iptables" -A INPUT -m conntrack --ctstate ESTABLISHED -m comment --comment "$COMMENT" || true
done
