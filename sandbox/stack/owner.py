"""The sandbox's owner: passwords, seed, token and SSH key, random at the first run and kept."""

import json
import os
import secrets
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.config import SandboxConfig


@dataclass(frozen=True)
class Owner:
    """token: the API's. passphrase: of the engine's secrets. The rest: settings of the same name."""

    token: str
    passphrase: str
    identity_seed: str
    password: str
    sudo_password: str


def of(config: SandboxConfig) -> Owner:
    """The owner of this sandbox; made when there is none yet. Files: mode 600 in `config.home`."""
    path = config.home / "owner.json"
    if not path.exists():
        config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = Owner(
            token=f"sandbox-{secrets.token_hex(16)}",
            passphrase=secrets.token_urlsafe(18),
            identity_seed=secrets.token_hex(32),
            password=secrets.token_urlsafe(18),
            sudo_password=secrets.token_urlsafe(18),
        )
        _write_private(path, json.dumps(asdict(owner), indent=1))
    owner = Owner(**json.loads(path.read_text()))
    _write_private(passphrase_file(config), owner.passphrase)
    if not ssh_key(config).exists():
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sandbox", "-f", str(ssh_key(config))]
        subprocess.run(command, check=True, timeout=30)
    return owner


def ssh_key(config: SandboxConfig) -> Path:
    return config.home / "id_ed25519"


def passphrase_file(config: SandboxConfig) -> Path:
    return config.home / "passphrase"


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.rename(path)
