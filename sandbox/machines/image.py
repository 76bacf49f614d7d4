"""The droplets' image: a Debian like DigitalOcean's, built once and kept in the cache.

A unified LXD image: one tar with metadata.yaml, templates/ and rootfs/.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.command import run
from sandbox.config import SandboxError
from sandbox.machines import packages
from sandbox.machines.registries import Registries, of_this_machine
from sandbox.progress import tell

_FILES = Path(__file__).parent / "image_files"
_BUILD_SECONDS = 900
_KEPT_DAYS = 3

_PACKAGES = (
    "ca-certificates cloud-init cron curl dbus e2fsprogs gpg iproute2 iptables iputils-ping kmod less "
    "libpam-systemd logrotate nano netbase openssh-server procps python3 python3-apt python3-venv "
    "sudo systemd systemd-sysv systemd-timesyncd tzdata udev"
).split()

# Units that only complain in a container: they are about real devices.
_MASKED = ("proc-sys-fs-binfmt_misc.automount", "systemd-binfmt.service", "sys-kernel-debug.mount")


@dataclass(frozen=True)
class Release:
    """slug: DigitalOcean's name of the image. codename: Debian's name of the release."""

    slug: str
    codename: str
    description: str


RELEASES = {
    release.slug: release
    for release in (Release("debian-12-x64", "bookworm", "Debian 12, as DigitalOcean's droplets boot it"),)
}


def built(release: Release, cache: Path) -> Path:
    """The image's tar in the cache, built now if it is not there (about 45 s).

    Raises SandboxError when packages cannot be had.
    """
    registries = of_this_machine(release.codename)
    folder = cache / "images"
    image = folder / f"{build_name(release)}.tar"
    with locked(cache):
        if image.exists():
            image.touch()  # in use: another clone that builds its own leaves it
            return image
        packages.ensure(packages.IMAGE, extra=("debian-archive-keyring",))
        # A build that was killed leaves its folder; nobody else builds while we hold the lock.
        work = folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        _build(release, registries, work, image.with_suffix(".part"))
        for other in folder.glob(f"{release.slug}-*.tar"):
            if is_old(datetime.fromtimestamp(other.stat().st_mtime, UTC).isoformat()):
                other.unlink()
        image.with_suffix(".part").rename(image)
        shutil.rmtree(work)
    return image


def build_name(release: Release) -> str:
    """The slug, and a digest of all that decides what is in the image: clones may differ in that."""
    return f"{release.slug}-{_digest(release, of_this_machine(release.codename))[:16]}"


def is_old(*times: str) -> bool:
    """Whether none of these times (ISO 8601) is within the last days: what is not old may be in use elsewhere."""
    limit = (datetime.now(UTC) - timedelta(days=_KEPT_DAYS)).isoformat()
    return all(time < limit for time in times)


def _digest(release: Release, registries: Registries) -> str:
    digest = hashlib.sha256(repr((release, registries, _PACKAGES, _MASKED)).encode())
    for path in [Path(__file__), *sorted(_FILES.rglob("*"))]:
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def locked(cache: Path) -> Iterator[None]:
    """One at a time builds or imports."""
    folder = cache / "images"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # freed by the kernel, however we end
        yield


def _build(release: Release, registries: Registries, work: Path, image: Path) -> None:
    tell(f"Building the image {release.slug} (once, about a minute) …")
    sources = work / "debian.sources"
    sources.write_text(registries.sources)
    rootfs = work / "rootfs"
    run(
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        f"--include={','.join(_PACKAGES)}",
        '--aptopt=APT::Install-Recommends "false"',
        *(f"--aptopt={line}" for line in registries.apt.splitlines()),
        "--dpkgopt=force-unsafe-io",
        release.codename,
        rootfs,
        sources,
        timeout=_BUILD_SECONDS,
        environment={**os.environ, "TMPDIR": str(work), "PATH": packages.with_system_path()},
    )
    _furnish(rootfs, registries)
    shutil.copytree(_FILES / "templates", work / "templates")
    (work / "metadata.yaml").write_text(_metadata(release))
    run(
        "tar", "--numeric-owner", "--xattrs", "--xattrs-include=*", "-C", work, "-cf", image,
        "metadata.yaml", "templates", "rootfs",
        timeout=_BUILD_SECONDS,
    )  # fmt: skip


def _metadata(release: Release) -> str:
    architecture = platform.machine()
    if architecture not in ("x86_64", "aarch64"):
        raise SandboxError(f"The sandbox has no image for {architecture}; x86_64 and aarch64 are known.")
    template = string.Template((_FILES / "metadata.yaml").read_text())
    now = int(time.time())
    return template.substitute(architecture=architecture, creation_date=now, description=release.description)


def _furnish(rootfs: Path, registries: Registries) -> None:
    """What makes a fresh Debian a droplet of this machine."""
    write = _Writer(rootfs)
    write("etc/apt/sources.list.d/debian.sources", registries.sources)
    (rootfs / "etc/apt/sources.list").unlink(missing_ok=True)
    for generated in (rootfs / "etc/apt/sources.list.d").glob("0000*"):
        generated.unlink()
    (rootfs / "etc/apt/apt.conf.d/99mmdebstrap").unlink(missing_ok=True)
    write("etc/apt/apt.conf.d/90machine", registries.apt)
    write("etc/pip.conf", registries.pip)
    write("etc/environment", "".join(f'{name}="{value}"\n' for name, value in registries.environment.items()))
    for number, text in enumerate(registries.certificates):
        write(f"usr/local/share/ca-certificates/machine-{number}.crt", f"{text}\n")
    run("chroot", rootfs, "update-ca-certificates", timeout=120)
    write("etc/cloud/cloud.cfg.d/90-droplet.cfg", (_FILES / "90-droplet.cfg").read_text())
    write("etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication no\n")
    # Waiting for an IPv6 router that is not there takes 12 s of each boot.
    no_router = "[Network]\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n"
    write("etc/systemd/network/10-cloud-init-eth0.network.d/no-router.conf", no_router)
    for unit in _MASKED:
        _link(rootfs / "etc/systemd/system" / unit, "/dev/null")
    run("systemctl", "--root", rootfs, "enable", "systemd-networkd.service", "ssh.service", timeout=60)
    # Two droplets of one image must not share what makes a host itself.
    write("etc/machine-id", "")
    for key in (rootfs / "etc/ssh").glob("ssh_host_*"):
        key.unlink()


class _Writer:
    def __init__(self, rootfs: Path) -> None:
        self._rootfs = rootfs

    def __call__(self, name: str, text: str) -> None:
        if text or (self._rootfs / name).exists():
            (self._rootfs / name).parent.mkdir(parents=True, exist_ok=True)
            (self._rootfs / name).write_text(text)


def _link(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)
