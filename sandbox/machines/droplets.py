"""Droplets as system containers of LXD."""

import uuid
from collections.abc import Iterable

import pylxd
from pylxd.exceptions import NotFound
from pylxd.models import Instance

from sandbox.config import SandboxConfig, SandboxError
from sandbox.interfaces import Hardware, MachineSpec, PowerState
from sandbox.machines import firstboot, image
from sandbox.machines.daemon import POOL, Daemon


class Droplets:
    """Implements `sandbox.interfaces.Machines`; instances are named SANDBOX-ID."""

    def __init__(self, config: SandboxConfig, daemon: Daemon) -> None:
        self._config = config
        self._client = daemon.client()

    def images(self) -> Iterable[str]:
        return list(image.RELEASES)

    def provide(self, slug: str) -> None:
        """Have LXD know the image of this slug; the newest build wins. SandboxError if there is none."""
        if slug not in image.RELEASES:
            raise SandboxError(f"The image {slug!r} is not here; there are: {', '.join(self.images())}.")
        tar = image.built(image.RELEASES[slug], self._config.cache)
        images = self._client.images
        if images.exists(slug, alias=True):
            present = images.get_by_alias(slug)
            if present.properties.get("build") == tar.stem:
                return
            present.delete_alias(slug)
        with tar.open("rb") as data:
            imported = images.create(data, wait=True)
        imported.add_alias(slug, "")
        imported.properties["build"] = tar.stem
        imported.save(wait=True)

    def create(self, spec: MachineSpec) -> None:
        config = {
            "security.privileged": "true",
            "security.devlxd": "false",
            "security.syscalls.deny": "swapon errno 1\nswapoff errno 1",
            "boot.autostart": "false",
            "user.hostname": spec.hostname,
            "user.resolver": str(self._config.gateway),
            **_limits(spec.hardware),
        }
        for key, text in firstboot.seed(spec, self._config, str(uuid.uuid4())).items():
            config[f"user.{key}"] = text
        self._client.instances.create(
            {
                "name": self._name(spec.id),
                "type": "container",
                "profiles": [],
                "config": config,
                "devices": {
                    "root": {"type": "disk", "path": "/", "pool": POOL, "size": f"{spec.hardware.disk_gb}GiB"},
                    "eth0": {
                        "type": "nic",
                        "nictype": "bridged",
                        "parent": self._config.bridge,
                        "security.port_isolation": "true",
                    },
                },
                "source": {"type": "image", "alias": spec.image},
            },
            wait=True,
        )
        self.power_on(spec.id)

    def state(self, droplet_id: int) -> PowerState:
        try:
            return "active" if self._instance(droplet_id).status == "Running" else "off"
        except NotFound:
            return "missing"

    def power_on(self, droplet_id: int) -> None:
        self._instance(droplet_id).start(wait=True)

    def power_off(self, droplet_id: int) -> None:
        self._instance(droplet_id).stop(force=True, wait=True)

    def delete(self, droplet_id: int) -> None:
        if self.state(droplet_id) == "active":
            self.power_off(droplet_id)
        if self.state(droplet_id) == "off":
            self._instance(droplet_id).delete(wait=True)

    def _name(self, droplet_id: int) -> str:
        return f"{self._config.name}-{droplet_id}"

    def _instance(self, droplet_id: int) -> Instance:
        return self._client.instances.get(self._name(droplet_id))


def _limits(hardware: Hardware) -> dict[str, str]:
    return {
        "limits.memory": f"{hardware.memory_mb}MiB",
        "limits.memory.swap": "false",
        "limits.cpu": str(hardware.vcpus),
    }
