"""Remembers, on this machine, that a hand-over was begun and did not succeed.

Settings changed, converge failed half-way, settings put back: to the engine nothing differs from
its last success, while the host keeps the half-applied change. A hand-over therefore writes a new
nonce when it starts, and the one it was given only when it succeeds; the program puts the file's
content among the inputs, so a failed attempt is a difference.
"""

import os
import secrets
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def state_directory(stack: str) -> Path:
    """`.state/STACK` in the clone, or below JUPYTER_STATE: attempts, known hosts, logs; 0700."""
    base = Path(os.environ.get("JUPYTER_STATE") or PROJECT_ROOT / ".state")
    directory = base / stack
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def current_attempt(stack: str) -> str:
    """The nonce of the last attempt that failed or was cut off; "" when all is well."""
    path = _path(stack)
    return path.read_text() if path.exists() else ""


def begin_attempt(stack: str) -> None:
    _path(stack).write_text(secrets.token_hex(8))


def end_attempt(stack: str, given: str) -> None:
    """given: what the program put among the inputs of the run that has now succeeded."""
    _path(stack).write_text(given)


def _path(stack: str) -> Path:
    return state_directory(stack) / "attempt"
