"""Any Debian or Ubuntu server by its address, without a cloud: from a YAML file.

The file is `server.yaml`, or what the environment variable JUPYTER_SERVER names:

    address: jupyter.example.org
    ssh_key: ~/.ssh/id_ed25519          # optional: the private half, else the agent's
    secrets_file: server.secrets.yaml   # optional: the secrets may stand in the same file
    owner: ada
    python_distribution: miniforge

beside them every host setting, and the secrets `identity_seed`, `password` and `sudo_password`.
"""

import os
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pyinfra.api.exceptions import PyinfraError

from contract.target import Target
from inventories.connection import host_data
from settings.host import HostSettings, Secrets

Model = TypeVar("Model", bound=BaseModel)
ADDRESS, SSH_KEY, SECRETS_FILE = "address", "ssh_key", "secrets_file"


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text file"
        raise PyinfraError(
            f"{path} cannot be read: {reason}. Write the server's settings there, or name their file in JUPYTER_SERVER."
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise PyinfraError(f"{path} is no YAML{where}: a line is `key: value`, a list has `- ` before each.") from None
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise PyinfraError(f"{path} must hold lines of `key: value`, beginning with `address: …`.")
    return content


def _text(values: dict[str, Any], key: str, path: Path, *, required: bool = False) -> str:
    value = values.pop(key, "")
    if not isinstance(value, str) or (required and not value):
        raise PyinfraError(f"{path}: `{key}` must be text{', and is missing or empty' if required else ''}.")
    return value


def _model(model: type[Model], values: dict[str, Any], path: Path) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        # The first one: its message, never the value, which may be a secret.
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise PyinfraError(f"{path}: {f'`{key}`: ' if key else ''}{message}.") from None


def server_target(path: Path) -> tuple[Target, Path | None]:
    """The target that a file describes, and the private key to reach it with."""
    values = _read(path)
    address = _text(values, ADDRESS, path, required=True)
    ssh_key = _text(values, SSH_KEY, path)
    secrets_name = _text(values, SECRETS_FILE, path)
    secrets_path, secrets = path, {name: values.pop(name) for name in Secrets.model_fields if name in values}
    if secrets_name:
        if secrets:
            raise PyinfraError(f"{path}: `{next(iter(secrets))}` stands here, and `{SECRETS_FILE}` names another file.")
        secrets_path = path.parent / Path(secrets_name).expanduser()
        secrets = _read(secrets_path)
    unknown = [key for key in values if key not in HostSettings.model_fields]
    if unknown:
        raise PyinfraError(f"{path}: there is no setting `{unknown[0]}`; docs/reference/settings.md lists them all.")
    # Defaults are not looked at by the model, and this one is a path to be read.
    values.setdefault("ssh_public_keys", HostSettings.model_fields["ssh_public_keys"].default)
    target = Target(
        address=address,
        droplet_id="",
        size="",
        cloud=False,
        settings=_model(HostSettings, values, path),
        secrets=_model(Secrets, secrets, secrets_path),
    )
    return target, Path(ssh_key).expanduser() if ssh_key else None


def _server() -> list[tuple[str, dict[str, Any]]]:
    target, ssh_key = server_target(Path(os.environ.get("JUPYTER_SERVER") or "server.yaml"))
    # The host key is the server's own: known from the first time that its owner logged in.
    known_hosts = Path("~/.ssh/known_hosts").expanduser()
    return [(target.address, host_data(target, ssh_key=ssh_key, known_hosts=known_hosts))]


server = _server()
