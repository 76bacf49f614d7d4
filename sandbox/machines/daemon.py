"""The LXD daemon that droplets run under: one that is there, or one of our own.

Our own keeps everything in the cache (`lxd/`), knows no network, and serves every
sandbox of this cache; the last one to stop shuts it down.
"""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pylxd
import requests
from pylxd.exceptions import ClientConnectionFailed, LXDAPIException

from sandbox.command import run, succeeds
from sandbox.config import SandboxConfig, SandboxError
from sandbox.machines import leftovers, packages, processes, project

LXCFS = Path("/var/lib/lxcfs")
_READY_SECONDS = 60

# Another's daemon, by the socket it listens on: the distribution's, snap's, Incus.
_OTHERS = (
    Path("/var/lib/lxd/unix.socket"),
    Path("/var/snap/lxd/common/lxd/unix.socket"),
    Path("/var/lib/incus/unix.socket"),
)


@dataclass(frozen=True)
class Daemon:
    """A daemon that answers. ours: we started it, so we may shut it down."""

    socket: Path
    ours: bool

    def client(self) -> pylxd.Client:
        return project.client(self.socket)


def directory(config: SandboxConfig) -> Path:
    return config.cache / "lxd"


def running(config: SandboxConfig) -> Daemon | None:
    """The daemon this sandbox's droplets are in or would be put in, if one answers."""
    own = directory(config) / "unix.socket"
    if _answers(own):
        return Daemon(own, ours=True)
    if (directory(config) / "database").exists():
        return None  # droplets may be in there: ours is to be started, not another's to be used
    return next((Daemon(socket, ours=False) for socket in _OTHERS if _answers(socket)), None)


def ensure(config: SandboxConfig) -> Daemon:
    """A daemon with our project and pool, started if need be. Raises SandboxError."""
    with _alone(config):
        daemon = running(config)
        if not daemon:
            packages.ensure(packages.DAEMON)
            # With systemd, the distribution's package starts its daemon by itself.
            daemon = running(config) or _started(config)
        project.ensure(daemon.socket)
    return daemon


def withdraw(config: SandboxConfig) -> None:
    """Take what is ours out of another's daemon, if no sandbox has droplets there. Our own keeps its image."""
    daemon = running(config)
    if daemon and not daemon.ours:
        project.remove_if_unused(daemon.socket)


def shut_down(config: SandboxConfig) -> None:
    """End our daemon and what belongs to it: mounts, its lxcfs. Not an error when it is gone."""
    folder = directory(config)
    if not folder.exists():
        return
    with _alone(config):
        if _answers(folder / "unix.socket"):
            run("lxd", "shutdown", "--timeout", "60", timeout=120, environment=_environment(folder))
        processes.end(processes.marked("lxd", folder))
        leftovers.kill_unwatched()
        leftovers.unmount_below(folder)
        leftovers.remove_pivot()
        if not processes.marked("lxd"):  # else a daemon in another cache needs it
            _stop_lxcfs()


@contextmanager
def _alone(config: SandboxConfig) -> Iterator[None]:
    """Two sandboxes that start or stop at once must not both decide about the daemon."""
    config.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (config.cache / "lxd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answers(socket: Path) -> bool:
    if not socket.is_socket():
        return False
    try:
        return bool(project.connection(socket, timeout=10).trusted)
    except (ClientConnectionFailed, LXDAPIException, requests.RequestException):
        return False


def _environment(folder: Path) -> dict[str, str]:
    nowhere = "http://127.0.0.1:9"  # it would ask a public server for names of instance types
    # It serves other sandboxes too: what was said of the first one is not said of it.
    common = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    return {
        **common,
        "PATH": packages.with_system_path(),
        "LXD_DIR": str(folder),
        "HTTPS_PROXY": nowhere,
        "https_proxy": nowhere,
        processes.MARK: str(folder),
    }


def _started(config: SandboxConfig) -> Daemon:
    folder = directory(config)
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    _clear_way(folder)
    _start_lxcfs(folder)
    log = folder / "daemon.log"
    lxd = _detached(folder, log, "lxd", "--logfile", str(folder / "lxd.log"))
    daemon = Daemon(folder / "unix.socket", ours=True)
    deadline = time.monotonic() + _READY_SECONDS
    while not _answers(daemon.socket):
        if lxd.poll() is not None or time.monotonic() > deadline:
            raise SandboxError(f"LXD did not start within {_READY_SECONDS} s.\nIts words are in {log}")
        time.sleep(0.1)
    run("lxd", "waitready", "--timeout", "60", timeout=_READY_SECONDS + 10, environment=_environment(folder))
    # It would look for newer images of others' on the internet.
    project.connection(daemon.socket).api.patch(json={"config": {"images.auto_update_interval": "0"}})
    return daemon


def _clear_way(folder: Path) -> None:
    """Make way for a daemon where one was killed or hangs."""
    processes.end(processes.marked("lxd", folder))
    leftovers.kill_unwatched()
    if not (folder / "database").exists():  # half made, or half deleted: what is there has no owner
        leftovers.kill(leftovers.watched(folder))
        leftovers.unmount_below(folder)
        shutil.rmtree(folder)
        folder.mkdir(mode=0o711)
    elif not leftovers.watched(folder):  # else droplets live on, and the new daemon picks them up
        leftovers.unmount_below(folder)


def _start_lxcfs(folder: Path) -> None:
    """Without lxcfs a droplet's `free` and `nproc` show the whole machine."""
    if (LXCFS / "proc/meminfo").exists():
        return
    succeeds("umount", "--lazy", LXCFS, timeout=20)  # a killed lxcfs leaves a dead mount
    LXCFS.mkdir(parents=True, exist_ok=True)
    lxcfs = _detached(folder, folder / "lxcfs.log", "lxcfs", str(LXCFS))
    for _ in range(100):
        if (LXCFS / "proc/meminfo").exists():
            return
        if lxcfs.poll() is not None:
            break
        time.sleep(0.05)
    raise SandboxError(f"lxcfs did not start.\nIts words are in {folder / 'lxcfs.log'}")


def _stop_lxcfs() -> None:
    pids = processes.marked("lxcfs")
    if pids:
        processes.end(pids)
        succeeds("umount", "--lazy", LXCFS, timeout=20)


def _detached(folder: Path, log: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start what must outlive us and our terminal."""
    with log.open("ab") as output:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=_environment(folder),
        )
