export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a

# Files that an administrator changed are kept; everything else is decided by the packages.
apt() {
    apt-get --yes --quiet=2 -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null
}

# The lock of the lists, unlike dpkg's, is not waited for by apt itself.
update() {
    deadline=$(($(date +%s) + 300))
    while true; do
        if output=$(apt update 2>&1); then break; fi
        if [ "$(date +%s)" -ge "$deadline" ] || ! echo "$output" | grep -q 'Could not get lock'; then
            echo "$output" >&2
            echo "The package lists could not be fetched; run this again when the network or apt's other user is done." >&2
            exit 1
        fi
        sleep 3
    done
    install -d -m 0755 "$(dirname "$STAMP")"
    touch "$STAMP"
}

case $DO in
    configure) dpkg --force-confdef --force-confold --configure --pending </dev/null ;;
    update) update ;;
    update_if_old) [ -n "$(find "$STAMP" -mmin -60 2>/dev/null)" ] || update ;;
    upgrade) apt --with-new-pkgs upgrade ;;
    install) apt --no-install-recommends install $PACKAGES ;;
esac
