"""Processes and mounts of our own daemon, and what is left of one that was killed."""

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from sandbox.command import succeeds

# In the environment of everything we start detached; its value is the daemon's folder.
MARK = "JUPYTER_ANYWHERE_DAEMON"


def marked(folder: Path, program: str) -> list[int]:
    """Processes of ours: started with our mark for `folder`, running `program`."""
    wanted = f"{MARK}={folder}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0") and _program(entry) == program:
                found.append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile
    return found


def _program(entry: Path) -> str:
    return (entry / "comm").read_text().strip()


def end(pids: Iterable[int], seconds: float = 10) -> None:
    """Ask processes to end, then make them."""
    remaining = list(pids)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in remaining:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + seconds
        while remaining and time.monotonic() < deadline:
            remaining = [pid for pid in remaining if _alive(pid)]
            time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def unmount_below(folder: Path) -> None:
    """Detach every mount below a folder, the innermost first."""
    for target in reversed(mounts_below(folder)):
        succeeds("umount", "--lazy", target, timeout=20)


def mounts_below(folder: Path) -> list[str]:
    targets = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    plain = [target.encode().decode("unicode_escape") for target in targets]  # \040 is a space
    return [target for target in plain if target.startswith(f"{folder}/")]


def clear_dead_daemon(folder: Path) -> None:
    """Make way for a daemon where one was killed."""
