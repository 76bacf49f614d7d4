# cloud-init writes result.json at the end of its last stage; asking `cloud-init status` takes half a second.
if [ -e /run/cloud-init/enabled ] && [ ! -e /run/cloud-init/result.json ]; then
    echo first_boot=yes
else
    echo first_boot=no
fi
for environment in $(grep -lsz '^JUPYTER_ANYWHERE_RUN=' /proc/[0-9]*/environ); do
    run=$(tr '\0' '\n' <"$environment" 2>/dev/null | sed -n 's/^JUPYTER_ANYWHERE_RUN=//p' || true)
    if [ -n "$run" ] && [ "$run" != "$RUN" ]; then
        process=$(dirname "$environment")
        echo "command=${process##*/} $(tr '\0\n' '  ' <"$process/cmdline" 2>/dev/null | cut -c1-100)"
    fi
done
