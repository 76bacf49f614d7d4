if [ -n "$PACKAGES" ]; then
    dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' $PACKAGES 2>/dev/null |
        sed -n 's/^installed /installed=/p'
    exit 0
fi

# The newest of our own update and those of apt's daily timer.
newest=0
for stamp in "$STAMP" /var/lib/apt/periodic/update-success-stamp /var/lib/apt/periodic/update-stamp; do
    if [ -e "$stamp" ]; then
        time=$(stat -c %Y "$stamp")
        [ "$time" -le "$newest" ] || newest=$time
    fi
done
[ "$newest" = 0 ] || echo "lists_age=$(($(date +%s) - newest))"
if ls /var/lib/dpkg/updates/[0-9]* >/dev/null 2>&1 || [ -n "$(dpkg --audit 2>/dev/null)" ]; then
    echo interrupted=yes
fi
LC_ALL=C apt-get --simulate -o Debug::NoLocking=true --with-new-pkgs upgrade 2>/dev/null |
    sed -n 's/^Inst \([^ ]*\).*/upgradable=\1/p'
