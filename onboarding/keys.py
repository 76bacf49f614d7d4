"""SSH keys: the one of this machine, and one for the day when this machine is lost."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from contract.errors import OwnerError
from settings.host import read_public_key

RECOVERY = "recovery"
"""The comment of the recovery key's public half, by which it is known among the stack's keys."""


@dataclass(frozen=True)
class KeyPair:
    """private: OpenSSH's text; public: its one line."""

    private: str
    public: str


def usual() -> Path:
    """The .pub file in ~/.ssh that is to be taken, one with its private half first; it may have to be made yet."""
    folder = Path.home() / ".ssh"
    names = [folder / f"{name}.pub" for name in ("id_ed25519", "id_ecdsa", "id_rsa")]
    there = [name for name in names if name.exists()]
    return next((name for name in there if name.with_suffix("").exists()), (there or names)[0])


def make(public: Path) -> None:
    """A key pair where there is none. Raises OwnerError when half of one is in the way."""
    private = public.with_suffix("")
    if private.exists():
        raise OwnerError(
            f"{private} is there without its public half. To make that: ssh-keygen -y -f {private} > {public}"
        )
    private.parent.mkdir(mode=0o700, exist_ok=True)
    _generate(private, "jupyter-anywhere")
    print(f"Made a new SSH key: {private}")


def private_half(public: str) -> Path | None:
    """The file beside the .pub file of that name; None where there is none, as with a key given as text."""
    path = Path(public).expanduser() if public.endswith(".pub") else None
    private = path.with_suffix("") if path else None
    return private if private and private.is_file() else None


def has_passphrase(private: Path) -> bool:
    return _ssh_keygen("-y", "-P", "", "-f", str(private)).returncode != 0


def recovery_key() -> KeyPair:
    """A key pair that is nowhere but on the recovery sheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key"
        _generate(path, RECOVERY)
        return KeyPair(path.read_text(), path.with_suffix(".pub").read_text().strip())


def all_keys(present: list[str], own: str, recovery: str) -> list[str]:
    """The stack's keys with both of these: what else may log in stays, an older recovery key goes."""
    keys = [recovery if key.split()[2:] == [RECOVERY] else key for key in present]
    known = {_content(key) for key in keys}
    return keys + [key for key in (own, recovery) if _content(key) not in known]


def _content(key: str) -> str:
    try:
        return read_public_key(key)
    except ValueError:
        return key


def _generate(path: Path, comment: str) -> None:
    done = _ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path))
    if done.returncode != 0:
        raise OwnerError(f"`ssh-keygen` made no key at {path}: {done.stderr.strip()}")


def _ssh_keygen(*words: str) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            ["ssh-keygen", *words], check=False, timeout=30, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise OwnerError("`ssh-keygen` is not on PATH. It comes with OpenSSH: install its client.") from None
