"""SSH keys: the one of this machine, and one for the day when this machine is lost."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from contract.errors import OwnerError
from settings.host import read_public_key


@dataclass(frozen=True)
class KeyPair:
    """private: OpenSSH's text; public: its one line."""

    private: str
    public: str


def own_key(chosen: str | None) -> Path:
    """The .pub file of the key to log in with: the chosen one, one of ~/.ssh, or a new one."""
    if chosen:
        return Path(chosen).expanduser()
    folder = Path.home() / ".ssh"
    for name in ("id_ed25519", "id_ecdsa", "id_rsa"):
        if (folder / f"{name}.pub").exists() and (folder / name).exists():
            return folder / f"{name}.pub"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "id_ed25519"
    if path.exists():
        raise OwnerError(f"{path} is there without its public half. To make that: ssh-keygen -y -f {path} > {path}.pub")
    _generate(path, "jupyter-anywhere")
    print(f"Made a new SSH key: {path}")
    return path.with_suffix(".pub")


def checked(path: Path) -> str:
    """The public key in that file. Raises ValueError for what is none."""
    return read_public_key(str(path))


def recovery_key() -> KeyPair:
    """A key pair that is nowhere but on the recovery sheet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key"
        _generate(path, "recovery")
        return KeyPair(path.read_text(), path.with_suffix(".pub").read_text().strip())


def _generate(path: Path, comment: str) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)],
        check=True,
        timeout=30,
        stdin=subprocess.DEVNULL,
    )
