"""What cloud-init finds at a droplet's first boot, as texts for its seed folder."""

import json

from sandbox.config import SandboxConfig
from sandbox.interfaces import MachineSpec


def seed(spec: MachineSpec, config: SandboxConfig, instance_id: str) -> dict[str, str]:
    """meta-data, user-data, vendor-data and network-config (JSON is YAML)."""
    return {
        "meta-data": json.dumps(
            {"instance-id": instance_id, "local-hostname": spec.hostname, "public-keys": list(spec.root_keys)}
        ),
        "user-data": spec.user_data or "#cloud-config\n{}\n",
        "vendor-data": "",
        "network-config": json.dumps(
            {
                "version": 2,
                "ethernets": {
                    "eth0": {
                        "addresses": [f"{spec.address}/{config.subnet.prefixlen}"],
                        "routes": [{"to": "0.0.0.0/0", "via": str(config.gateway)}],
                    }
                },
            }
        ),
    }
