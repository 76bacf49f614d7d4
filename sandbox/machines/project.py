"""What is ours with an LXD daemon: one project and one storage pool, for all sandboxes."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pylxd

os.environ.setdefault("PYLXD_WARNINGS", "none")  # a newer daemon's unknown fields are no news

PROJECT = "jupyter-anywhere"
POOL = "jupyter-anywhere"
_CALL_SECONDS = 300


def connection(socket: Path, timeout: float = _CALL_SECONDS, project: str = "default") -> pylxd.Client:
    """A client of the daemon behind a socket; timeout in seconds, for each call."""
    return pylxd.Client(f"http+unix://{quote(str(socket), safe='')}", project=project, timeout=timeout)


def client(socket: Path) -> pylxd.Client:
    """A client that sees our project only."""
    return connection(socket, project=PROJECT)


def ensure(socket: Path) -> None:
    """Our pool and our project, made if they are not there."""
    root = connection(socket)
    if not root.storage_pools.exists(POOL):
        root.storage_pools.create(_pool(root, socket.parent))
    if not root.projects.exists(PROJECT):
        separate = {f"features.{what}": "true" for what in ("images", "profiles", "storage.volumes")}
        root.projects.create(PROJECT, description="Droplets of jupyter-anywhere's sandbox", config=separate)


def remove_if_unused(socket: Path) -> None:
    """Project, images and pool gone, unless a droplet or a snapshot is left in them."""
    root = connection(socket)
    if not root.projects.exists(PROJECT):
        return
    ours = client(socket)
    if ours.instances.all():
        return
    for image in ours.images.all():
        image.delete(wait=True)
    root.projects.get(PROJECT).delete(wait=True)
    if root.storage_pools.exists(POOL):
        root.storage_pools.get(POOL).delete()


def _pool(root: pylxd.Client, folder: Path) -> dict[str, Any]:
    """Btrfs where the daemon has it: a copy of a droplet takes a moment, and its disk has a size."""
    drivers = root.host_info["environment"].get("storage_supported_drivers", [])
    if "btrfs" not in [driver["Name"] for driver in drivers]:
        return {"name": POOL, "driver": "dir", "config": {}}
    disk = os.statvfs(folder)
    free_gb = disk.f_bavail * disk.f_frsize // 2**30
    # A sparse file: it takes what is written to it. Bigger than the disk, it would fail in odd ways.
    return {"name": POOL, "driver": "btrfs", "config": {"size": f"{max(5, min(100, free_gb * 9 // 10))}GiB"}}
