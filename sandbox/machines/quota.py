"""That a droplet's disk has its size and no more: the pool's quotas, kept right.

Btrfs saves itself work when it drops a large tree of extents, and from then on counts, and enforces,
nothing until it is told to count again (https://btrfs.readthedocs.io/en/latest/Qgroups.html).
"""

from pathlib import Path

from sandbox.command import CommandError, run

_NEVER = "8"
"""A level that no tree has: nothing is dropped uncounted."""

_RESCAN_SECONDS = 300


def keep(pool: Path) -> None:
    """Make the pool's quotas count, and go on counting; nothing where the pool is not btrfs or not ours to see."""
    try:
        kind, identifier = run(
            "findmnt", "--noheadings", "--output", "FSTYPE,UUID", "--mountpoint", pool, timeout=10
        ).split()
    except (CommandError, ValueError):
        return
    groups = Path("/sys/fs/btrfs") / identifier / "qgroups"
    if kind != "btrfs" or not groups.exists():
        return
    threshold, inconsistent = groups / "drop_subtree_threshold", groups / "inconsistent"
    if threshold.exists():
        threshold.write_text(_NEVER)
    if inconsistent.exists() and inconsistent.read_text().strip() == "1":
        run("btrfs", "quota", "rescan", "-w", pool, timeout=_RESCAN_SECONDS)
