"""What killed droplets and daemons leave on the machine: processes, control groups, mounts, loop devices."""

import os
import re
import time
from collections.abc import Callable, Collection
from pathlib import Path

from sandbox.command import run, succeeds
from sandbox.machines import processes

# LXC's control groups: lxc.monitor.PROJECT_INSTANCE for the process that watches a droplet,
# lxc.payload.PROJECT_INSTANCE for what runs in it; -1, -2 … follow where a killed one left its own.
_GROUP = re.compile(r"lxc\.(monitor|payload)\.jupyter-anywhere_([a-z0-9]+-\d+)(?:-\d+)?(?![\w-])")


def kill_droplets(sandbox: str, except_for: Collection[str] = ()) -> None:
    """End the droplets' processes of a sandbox that no daemon answers for (any more)."""
    alive = _processes()
    names = {name for _, name in alive if name.startswith(f"{sandbox}-")} - set(except_for)
    kill(names)


def kill_unwatched() -> None:
    """End droplets whose watching process is gone: no daemon can stop them, and they hold their disk."""
    alive = _processes()
    names = {name for _, name in alive}
    kill({name for name in names if ("monitor", name) not in alive})


def watched(folder: Path) -> set[str]:
    """Names of the droplets that the daemon of this folder, started anew, would find running."""
    return {
        name
        for (kind, name), pids in _processes().items()
        if kind == "monitor" and any(f" {folder}/" in processes.command_line(pid) for pid in pids)
    }


def remove_groups(sandbox: str) -> None:
    """Remove the empty control groups of a sandbox's droplets."""
    _remove_groups(lambda name: name.startswith(f"{sandbox}-"))


def remove_pivot() -> None:
    """Remove the empty control group through which LXC moves processes; one in use stays."""
    for folder in Path("/sys/fs/cgroup").glob("**/lxc.pivot"):
        _removed(folder)


def _remove_groups(wanted: Callable[[str], bool], seconds: float = 3) -> None:
    deadline = time.monotonic() + seconds  # the kernel empties a group a moment after its last process
    while True:
        found = [
            Path(folder)
            for folder, _, _ in os.walk("/sys/fs/cgroup", topdown=False)
            if any(wanted(match[2]) for match in _GROUP.finditer(folder))
        ]
        if all([_removed(folder) for folder in found]) or time.monotonic() > deadline:
            return
        time.sleep(0.1)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False  # in use after all: it is not ours to force
    return True


def _processes() -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for pid, groups in processes.in_groups():
        if match := _GROUP.search(groups):
            found.setdefault((match[1], match[2]), []).append(pid)
    return found


def kill(names: Collection[str]) -> None:
    """End these droplets' processes, watchers included, and remove their control groups."""
    if not names:
        return
    # The watcher first: it would take the droplet's end for a reboot or a stop to report.
    for kind in ("monitor", "payload"):
        processes.kill(pid for name in names for pid in _processes().get((kind, name), ()))
    _remove_groups(names.__contains__)


def unmount_below(folder: Path) -> None:
    """Detach every mount below a folder, the innermost first, and the loop devices of its files."""
    for target in reversed(_mounts_below(folder)):
        succeeds("umount", "--lazy", target, timeout=20)
    devices = run("losetup", "--noheadings", "--raw", "--list", "--output", "NAME,BACK-FILE", timeout=20)
    for line in devices.splitlines():
        device, _, file = line.partition(" ")
        if file.startswith(f"{folder}/"):
            succeeds("losetup", "--detach", device, timeout=20)


def _mounts_below(folder: Path) -> list[str]:
    targets = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    plain = [target.replace(r"\040", " ") for target in targets]
    return [target for target in plain if target.startswith(f"{folder}/")]
