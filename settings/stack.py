"""A stack's whole configuration, read and checked before anything is created."""

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from settings.cloud import CloudSettings
from settings.host import HostSettings, Secrets

NAMESPACE = "jupyter-anywhere"
MAKE_SEED = "python3 -c 'import secrets; print(secrets.token_hex(32))'"
PARTS: tuple[type[BaseModel], ...] = (CloudSettings, HostSettings, Secrets)


class SettingsError(Exception):
    """What is wrong, what is allowed, and the command that sets it; one paragraph for each fault."""


@dataclass(frozen=True)
class StackSettings:
    cloud: CloudSettings
    host: HostSettings
    secrets: Secrets


def fields() -> Iterator[tuple[str, FieldInfo, bool]]:
    """Every configuration key: its name, its field, whether it is a secret."""
    for part in PARTS:
        for name, field in part.model_fields.items():
            yield name, field, part is Secrets


def is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is tuple


def load(raw: Mapping[str, Any], encrypted: Collection[str]) -> StackSettings:
    """Read the raw configuration map of the engine: `NAMESPACE:key` to text (JSON for lists).

    encrypted: the keys that the engine keeps encrypted; a secret must be among them.
    Keys of other namespaces are somebody else's. Raises SettingsError listing every fault at once.
    """
    values = {key.partition(":")[2]: value for key, value in raw.items() if key.startswith(f"{NAMESPACE}:")}
    known = {name: field for name, field, _ in fields()}
    faults = [_unknown_key(key, known) for key in values if key not in known]
    parsed: dict[str, Any] = {}
    for name, value in values.items():
        if name in known:
            parsed[name] = _parse_list(value) if is_list(known[name]) else value
    # An empty secret is one that was not set: Pulumi.yaml declares "", and no `secret: true`, so that the
    # engine's own complaints, which name no command, are not what the owner reads.
    for name in Secrets.model_fields:
        if parsed.get(name) == "":
            del parsed[name]
        elif name in parsed and f"{NAMESPACE}:{name}" not in encrypted:
            faults.append(
                f"Setting {name} stands in clear in the stack's file, where others may have read it. "
                f"Choose another, and set it with: {set_command(name, known[name], secret=True)}"
            )
    parts = []
    for part in PARTS:
        try:
            parts.append(part.model_validate({k: v for k, v in parsed.items() if k in part.model_fields}))
        except ValidationError as error:
            faults += [_fault(part, item) for item in error.errors(include_url=False)]
    if faults:
        raise SettingsError("\n".join(dict.fromkeys(faults)))
    cloud, host, secrets = parts
    assert isinstance(cloud, CloudSettings) and isinstance(host, HostSettings) and isinstance(secrets, Secrets)
    return StackSettings(cloud, host, secrets)


def _parse_list(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _unknown_key(key: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    meant = f" Did you mean {close[0]}?" if close else " docs/reference/settings.md lists the keys."
    return f"Setting {key}: there is no such key.{meant} Remove it with: pulumi config rm {key}"


def _fault(part: type[BaseModel], item: Any) -> str:
    if not item["loc"]:  # a fault between several fields; the message names them
        return f"Settings: {item['msg'].removeprefix('Value error, ')}."
    key = str(item["loc"][0])
    field = part.model_fields[key]
    secret = part is Secrets
    command = set_command(key, field, secret)
    if item["type"] == "missing":
        return f"Setting {key} is missing. {field.description} Set it with: {command}"
    shown = "" if secret or key == "ssh_public_keys" else f" = {item['input']!r}"
    reason = item["msg"].removeprefix("Value error, ")
    return f"Setting {key}{shown}: {reason}. {field.description} Set it with: {command}"


def set_command(key: str, field: FieldInfo, secret: bool) -> str:
    if key == "identity_seed":
        return f"{MAKE_SEED} | pulumi config set --secret identity_seed"
    if secret:
        return f"pulumi config set --secret {key}"
    if is_list(field):
        return f"pulumi config set --path '{key}[0]' VALUE"
    return f"pulumi config set {key} VALUE"
