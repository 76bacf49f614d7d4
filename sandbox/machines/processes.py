"""Our own daemon's processes, found by what cannot be mistaken: a mark in their environment."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

# In the environment of everything we start detached; its value is the daemon's folder.
MARK = "JUPYTER_ANYWHERE_DAEMON"


def marked(program: str, folder: Path | None = None) -> list[int]:
    """Processes of ours that run `program`, for the daemon in `folder` (None: in any)."""
    wanted = f"{MARK}={folder}".encode() if folder else f"{MARK}=".encode()
    return [
        int(entry.name)
        for entry in _entries()
        if Path(_words(entry)[0]).name == program and any(_is(item, wanted, folder) for item in _environment(entry))
    ]


def end(pids: Iterable[int], seconds: float = 10) -> None:
    """Ask processes to end, then make them."""
    _end(pids, (signal.SIGTERM, signal.SIGKILL), seconds)


def kill(pids: Iterable[int], seconds: float = 10) -> None:
    """Make processes end at once."""
    _end(pids, (signal.SIGKILL,), seconds)


def in_groups() -> Iterator[tuple[int, str]]:
    """Living processes of containers, each with the text of its control groups."""
    for entry in _entries():
        groups = _read(entry / "cgroup").decode()
        # One that ended and waits for its parent to notice does nothing and holds nothing.
        if "lxc" in groups and _alive(int(entry.name)):
            yield int(entry.name), groups


def command_line(pid: int) -> str:
    """Its words; "" when it ended meanwhile."""
    return " ".join(_words(Path(f"/proc/{pid}")))


def _end(pids: Iterable[int], signals: Iterable[signal.Signals], seconds: float) -> None:
    remaining = list(pids)
    for number in signals:
        for pid in remaining:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + seconds
        while (remaining := [pid for pid in remaining if _alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _entries() -> list[Path]:
    return [entry for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _words(entry: Path) -> list[str]:
    return _read(entry / "cmdline").decode(errors="replace").split("\0")


def _environment(entry: Path) -> list[bytes]:
    return _read(entry / "environ").split(b"\0")


def _is(item: bytes, wanted: bytes, folder: Path | None) -> bool:
    return item == wanted if folder else item.startswith(wanted)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it ended meanwhile
