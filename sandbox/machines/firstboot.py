"""What cloud-init finds at a droplet's first boot, as texts for its seed folder."""

import json

from sandbox.config import SandboxConfig
from sandbox.interfaces import MachineSpec

_NOTHING = "#cloud-config\n{}\n"

# A boot hook, since user data that is cloud-config would replace keys of our cloud-config.
_FAULTS = """\
#cloud-boothook
#!/bin/sh
done=/var/lib/cloud/instance/sem/sandbox_faults
[ -e $done ] && exit 0
touch $done
"""

_SSH_DELAY = """\
mkdir -p /run/systemd/system/ssh.service.d
printf '[Service]\\nTimeoutStartSec=infinity\\nExecStartPre=/bin/sleep {seconds}\\n' \\
    > /run/systemd/system/ssh.service.d/sandbox-delay.conf
systemctl daemon-reload
"""

_APT_LOCK = """\
systemd-run --no-block --property=DefaultDependencies=no --unit=first-boot-upgrade \\
    python3 -c '
import fcntl, time
lock = open("/var/lib/dpkg/lock-frontend", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
time.sleep({seconds})'
"""


def seed(spec: MachineSpec, config: SandboxConfig, instance_id: str) -> dict[str, str]:
    """meta-data, user-data, vendor-data and network-config (JSON is YAML)."""
    interface = {
        "addresses": [f"{spec.address}/{config.subnet.prefixlen}"],
        "routes": [{"to": "0.0.0.0/0", "via": str(config.gateway)}],
    }
    return {
        "meta-data": json.dumps(
            {"instance-id": instance_id, "local-hostname": spec.hostname, "public-keys": list(spec.root_keys)}
        ),
        "user-data": spec.user_data or _NOTHING,
        "vendor-data": _faults(spec) or _NOTHING,
        "network-config": json.dumps({"version": 2, "ethernets": {"eth0": interface}}),
    }


def _faults(spec: MachineSpec) -> str:
    asked = [
        template.format(seconds=seconds)
        for template, seconds in ((_SSH_DELAY, spec.ssh_delay), (_APT_LOCK, spec.apt_lock))
        if seconds
    ]
    return "".join([_FAULTS, *asked]) if asked else ""
