"""Droplets as system containers of LXD."""

import hashlib
import time
import uuid
from collections.abc import Collection, Iterable
from pathlib import Path

from pylxd.exceptions import LXDAPIException, NotFound
from pylxd.models import Image, Instance

from sandbox.config import SandboxConfig, SandboxError
from sandbox.interfaces import Hardware, MachineSpec, PowerState
from sandbox.machines import firstboot, image, leftovers
from sandbox.machines.daemon import Daemon
from sandbox.machines.project import POOL

SNAPSHOT = "snapshot:"  # prefix of MachineSpec.image and of `images()`

# The instance's key for how its owner left it: active or off; absent while it is being made.
_POWER = "user.power"
# The home of the sandbox that made it: another clone may use the same name.
_HOME = "user.home"
_SHUTDOWN_SECONDS = 60
_BUSY_SECONDS = 30

# Privileged, or ufw, mounts and systemd's sandboxing would not work as on a droplet. What
# would reach through to the machine is denied: swap is the whole machine's, devlxd LXD's own.
_COMMON = {
    "security.privileged": "true",
    "security.devlxd": "false",
    "security.syscalls.deny": "swapon errno 1\nswapoff errno 1",
    "boot.autostart": "false",  # `resume` starts them, once their network is there
}


class Droplets:
    """Implements `sandbox.interfaces.Machines`; instances are named SANDBOX-ID."""

    def __init__(self, config: SandboxConfig, daemon: Daemon) -> None:
        self._config = config
        self._client = daemon.client()

    def images(self) -> Iterable[str]:
        """Slugs, and `snapshot:NAME` of each snapshot taken here."""
        kept = (instance.config.get("user.snapshot") for instance in self._all())
        return [*image.RELEASES, *(f"{SNAPSHOT}{name}" for name in kept if name)]

    def create(self, spec: MachineSpec) -> None:
        present = self._find(spec.id)
        if present and _POWER in present.config:
            return
        self.delete(spec.id)
        config = {**_COMMON, **_limits(spec.hardware)}
        config |= {"user.hostname": spec.hostname, "user.resolver": str(self._config.gateway)}
        config[_HOME] = str(self._config.home)
        for name, text in firstboot.seed(spec, self._config, f"{spec.id}-{uuid.uuid4()}").items():
            config[f"user.{name}"] = text
        body = {
            "name": self._name(spec.id),
            "type": "container",
            "profiles": [],
            "config": config,
            "devices": {"root": _disk(spec.hardware), "eth0": self._nic()},
            "source": self._source(spec.image),
        }
        self._client.instances.create(body, wait=True)
        self.power_on(spec.id)

    def state(self, droplet_id: int) -> PowerState:
        instance = self._find(droplet_id)
        if not instance:
            return "missing"
        return "active" if instance.status == "Running" else "off"

    def power_on(self, droplet_id: int) -> None:
        self._start(self._name(droplet_id))
        self._remember(droplet_id, "active")

    def power_off(self, droplet_id: int) -> None:
        instance = self._instance(droplet_id)
        if instance.status == "Running":
            instance.stop(force=True, wait=True)
        self._remember(droplet_id, "off")

    def shutdown(self, droplet_id: int) -> None:
        self._end(self._instance(droplet_id), _SHUTDOWN_SECONDS)
        self._remember(droplet_id, "off")

    def reboot(self, droplet_id: int) -> None:
        self._end(self._instance(droplet_id), _SHUTDOWN_SECONDS)
        self.power_on(droplet_id)

    def resize(self, droplet_id: int, hardware: Hardware) -> None:
        change = {"config": _limits(hardware), "devices": {"root": _disk(hardware)}}
        self._patch(self._name(droplet_id), change)

    def rename(self, droplet_id: int, hostname: str) -> None:
        """As on DigitalOcean: the account's name for it; inside, the host keeps its own."""
        self._patch(self._name(droplet_id), {"config": {"user.hostname": hostname}})

    def delete(self, droplet_id: int) -> None:
        self._destroy(self._name(droplet_id))

    def snapshot(self, droplet_id: int, name: str) -> None:
        """Keep a copy of the droplet's disk, running or not; it replaces one of the same name.

        name: at most 30 of a-z, 0-9 and "-". Droplets are made of it by the image `snapshot:NAME`.
        """
        self.delete_snapshot(name)
        body = {
            "name": self._snapshot_name(name),
            "config": {"user.snapshot": name, _POWER: "off", _HOME: str(self._config.home)},
            "source": {"type": "copy", "source": self._name(droplet_id), "instance_only": True},
        }
        self._client.instances.create(body, wait=True)

    def delete_snapshot(self, name: str) -> None:
        self._destroy(self._snapshot_name(name))

    def provide(self, slug: str) -> None:
        """Have LXD know this clone's build of the image of this slug. SandboxError if there is none."""
        self._provided(slug)

    def suspend(self) -> None:
        """Stop all, and remember which of them ran."""
        for instance in self._droplets():
            self._remember_name(instance.name, "active" if instance.status == "Running" else "off")
            self._end(instance, seconds=15)

    def other_home(self) -> Path | None:
        """The home of another sandbox of this name, if its droplets are here and it is still there."""
        homes = [_home(instance) for instance in self._everyones()]
        return next((home for home in homes if home and home != self._config.home and home.exists()), None)

    def resume(self, known: Collection[int] | None = None) -> None:
        """Start those that ran when they were suspended, or when all was killed; clear what is half made.

        known: ids of the account's droplets; others are cleared too, as are those of homes that are gone.
        """
        for instance in self._everyones():
            gone = _home(instance) not in (None, self._config.home)
            if gone or (known is not None and self._is_unknown(instance, known)):
                self._destroy(instance.name)
        instances = self._all()
        running = {instance.name for instance in instances if instance.status == "Running"}
        leftovers.kill_droplets(self._config.name, except_for=running)
        for instance in instances:
            power = instance.config.get(_POWER)
            if power is None:
                self._destroy(instance.name)
            elif power == "active":
                self._start(instance.name)

    def destroy(self) -> None:
        """All droplets and snapshots of this sandbox, gone."""
        for instance in self._all():
            self._destroy(instance.name)

    def destroy_everyones(self) -> None:
        """All that bears this sandbox's name, whichever home it is of."""
        for instance in self._everyones():
            self._destroy(instance.name)

    def _source(self, name: str) -> dict[str, object]:
        if name.startswith(SNAPSHOT):
            copied = self._snapshot_name(name.removeprefix(SNAPSHOT))
            return {"type": "copy", "source": copied, "instance_only": True}
        return {"type": "image", "alias": self._provided(name)}

    def _provided(self, slug: str) -> str:
        """The alias of this clone's build: another clone's may differ, and both stay."""
        if slug not in image.RELEASES:
            raise SandboxError(f"The image {slug!r} is not here; there are: {', '.join(image.RELEASES)}.")
        release = image.RELEASES[slug]
        build = image.build_name(release)
        images = self._client.images
        if not images.exists(build, alias=True):
            tar = image.built(release, self._config.cache)
            with image.locked(self._config.cache):
                if not images.exists(build, alias=True):  # another start was quicker
                    self._import(tar).add_alias(build, "")
                    self._drop_unused(slug, build)
        return build

    def _import(self, tar: Path) -> Image:
        with tar.open("rb") as data:
            fingerprint = hashlib.file_digest(data, "sha256").hexdigest()
        if self._client.images.exists(fingerprint):  # a start that was killed had come this far
            return self._client.images.get(fingerprint)
        with tar.open("rb") as data:
            return self._client.images.create(data, wait=True)

    def _drop_unused(self, slug: str, new: str) -> None:
        """Delete builds of this image that no clone has made a droplet of lately."""
        for present in self._client.images.all():
            aliases = [alias["name"] for alias in present.aliases]
            # One without an alias is what a killed import left.
            another = new not in aliases and all(alias.startswith(slug) for alias in aliases)
            if another and image.is_old(present.last_used_at, present.uploaded_at):
                present.delete(wait=True)

    def _nic(self) -> dict[str, str]:
        # Isolated: what droplets send each other is to pass the firewall (see network/bridge.py).
        return {
            "type": "nic",
            "nictype": "bridged",
            "parent": self._config.bridge,
            "security.port_isolation": "true",
        }

    def _start(self, name: str) -> None:
        deadline = time.monotonic() + _BUSY_SECONDS
        while (instance := self._client.instances.get(name)).status != "Running":
            try:
                instance.start(wait=True)
            except LXDAPIException as error:
                # One that just ended by itself is still being tidied up.
                if "busy" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _end(self, instance: Instance, seconds: int) -> None:
        if instance.status != "Running":
            return
        try:
            instance.stop(timeout=seconds, force=False, wait=True)
        except LXDAPIException:
            if self._client.instances.get(instance.name).status == "Running":
                instance.stop(force=True, wait=True)

    def _destroy(self, name: str) -> None:
        try:
            instance = self._client.instances.get(name)
            if instance.status == "Running":
                instance.stop(force=True, wait=True)
            instance.delete(wait=True)
        except NotFound:
            return

    def _remember(self, droplet_id: int, power: PowerState) -> None:
        self._remember_name(self._name(droplet_id), power)

    def _remember_name(self, name: str, power: PowerState) -> None:
        self._patch(name, {"config": {_POWER: power}})

    def _patch(self, name: str, change: dict[str, object]) -> None:
        self._client.api.instances[name].patch(json=change)

    def _name(self, droplet_id: int) -> str:
        return f"{self._config.name}-{droplet_id}"

    def _snapshot_name(self, name: str) -> str:
        return f"{self._config.name}-snapshot-{name}"

    def _instance(self, droplet_id: int) -> Instance:
        return self._client.instances.get(self._name(droplet_id))

    def _find(self, droplet_id: int) -> Instance | None:
        try:
            return self._instance(droplet_id)
        except NotFound:
            return None

    def _everyones(self) -> list[Instance]:
        """All that bears this sandbox's name."""
        instances = self._client.instances.all(recursion=1)
        return [instance for instance in instances if instance.name.startswith(f"{self._config.name}-")]

    def _all(self) -> list[Instance]:
        """Those of this home."""
        return [instance for instance in self._everyones() if _home(instance) in (None, self._config.home)]

    def _is_unknown(self, instance: Instance, known: Collection[int]) -> bool:
        return "user.snapshot" not in instance.config and instance.name not in map(self._name, known)

    def _droplets(self) -> list[Instance]:
        return [instance for instance in self._all() if "user.snapshot" not in instance.config]


def _home(instance: Instance) -> Path | None:
    home = instance.config.get(_HOME)
    return Path(home) if home else None


def _limits(hardware: Hardware) -> dict[str, str]:
    """Memory in MiB with no swap beyond it; never more processors than the machine has."""
    return {
        "limits.memory": f"{hardware.memory_mb}MiB",
        "limits.memory.swap": "false",
        "limits.cpu": str(hardware.vcpus),
    }


def _disk(hardware: Hardware) -> dict[str, str]:
    return {"type": "disk", "path": "/", "pool": POOL, "size": f"{hardware.disk_gb}GiB"}
