for iptables in iptables ip6tables; do
    "$iptables" -D INPUT -m conntrack --ctstate ESTABLISHED -m comment --comment "$COMMENT" 2>/dev/null || true
done
