"""The Debian packages that the sandbox runs on, installed when they are missing."""

import os
import shutil
from collections.abc import Iterable

from sandbox.command import CommandError, run
from sandbox.config import SandboxError
from sandbox.progress import tell

# program that shows it is there -> package
NETWORK = {"nft": "nftables", "ip": "iproute2"}
DAEMON = {"lxd": "lxd", "lxc": "lxd-client", "lxcfs": "lxcfs", "mkfs.btrfs": "btrfs-progs"}
IMAGE = {"mmdebstrap": "mmdebstrap", "tar": "tar"}


def with_system_path() -> str:
    """PATH for programs of the system: a shell under sudo may lack the sbin folders."""
    return f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"


def missing(programs: dict[str, str]) -> list[str]:
    path = with_system_path()
    return [package for program, package in programs.items() if not shutil.which(program, path=path)]


def ensure(programs: dict[str, str], extra: Iterable[str] = ()) -> None:
    """Install what is missing by apt-get; SandboxError with the command where that cannot be."""
    packages = missing(programs)
    if not packages:
        return
    packages += extra
    command = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise SandboxError(
            f"The sandbox needs {', '.join(packages)} (Debian's names) and can install packages on "
            f"Debian and Ubuntu only.\nInstall them with your distribution's tools, then start again."
        )
    tell(f"Installing what the sandbox runs on: {command} …")
    # Another apt (first boot, a desktop's updater) may hold the lock for minutes.
    apt = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_MODE": "l"}
    try:
        run(*apt, "update", timeout=600, environment=environment)
        run(*apt, "install", "--no-install-recommends", *packages, timeout=1200, environment=environment)
    except CommandError as error:
        raise SandboxError(f"{error}\nInstall by hand, then start again: {command}") from None
