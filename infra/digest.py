"""What the hand-over runs, as one digest: changed code converges, an untouched clone does not."""

import hashlib
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent

DECIDING = (
    "deploy",
    "inventories",
    "handover",
    "contract",
    "check",
    "settings/host.py",
    "versions.py",
    "requirements.txt",
)
"""All that decides how the host ends up; the cloud's part is compared by the engine."""


def digest(root: Path = PROJECT_ROOT) -> str:
    """SHA-256 (hexadecimal) of the deciding files' names and contents, the same in every clone."""
    total = hashlib.sha256()
    for path in sorted(_files(root), key=lambda path: path.relative_to(root).as_posix()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _files(root: Path) -> list[Path]:
    found = []
    for name in DECIDING:
        place = root / name
        found += [place] if place.is_file() else [path for path in place.rglob("*") if _counts(path, place)]
    return found


def _counts(path: Path, place: Path) -> bool:
    # Byte code, caches and editors' droppings differ from machine to machine.
    names = path.relative_to(place).parts
    dropped = any(
        name == "__pycache__" or name.startswith((".", "#")) or name.endswith(("~", ".pyc")) for name in names
    )
    return path.is_file() and not dropped
