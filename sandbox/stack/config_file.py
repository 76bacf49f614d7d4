"""The sandbox stack's configuration file: a copy of Pulumi.sandbox.yaml, since no tracked file may change.

The engine writes secrets, their salt and whatever the owner sets into a stack's file.
"""

from pathlib import Path
from typing import Any

import yaml

from sandbox.config import PROJECT_ROOT, SandboxConfig, SandboxError
from sandbox.stack import owner
from settings.stack import NAMESPACE, fields, is_list

STACK = "sandbox"
_DEFAULT = SandboxConfig()


def path(config: SandboxConfig) -> Path:
    return config.home / f"Pulumi.{STACK}.yaml"


def refresh(config: SandboxConfig) -> Path:
    """Make the file, or bring what its owner has not changed up to date with the tracked one."""
    template = _template(config)
    baseline_path = config.home / "template.yaml"
    # Without the file there is nothing of its owner's to keep: it begins anew.
    baseline = read_document(baseline_path).get("config", {}) if path(config).exists() else {}
    document = read_document(path(config))
    values = document.setdefault("config", {})
    for key in dict.fromkeys([*template, *baseline]):
        if values.get(key) != baseline.get(key):
            continue
        if key in template:
            values[key] = template[key]
        else:
            values.pop(key, None)
    write(config, document)
    baseline_path.write_text(yaml.safe_dump({"config": template}, sort_keys=False))
    return path(config)


def _template(config: SandboxConfig) -> dict[str, Any]:
    """Pulumi.sandbox.yaml, with this sandbox's own home, network and port in it."""
    text = (PROJECT_ROOT / f"Pulumi.{STACK}.yaml").read_text()
    text = text.replace(_DEFAULT.api_url, config.api_url).replace(str(_DEFAULT.gateway), str(config.gateway))
    values: dict[str, Any] = yaml.safe_load(text)["config"]
    values[f"{NAMESPACE}:ssh_public_keys"] = [f"{owner.ssh_key(config)}.pub"]
    return values


def read(config: SandboxConfig) -> dict[str, Any]:
    """The configuration as it stands: full key to value."""
    values: dict[str, Any] = read_document(path(config)).get("config", {})
    return values


def set_value(config: SandboxConfig, key: str, text: str) -> None:
    """What `pulumi config set KEY VALUE` does, for where there is no engine. Lists: comma-separated."""
    known = {name: (field, secret) for name, field, secret in fields()}
    if key not in known or known[key][1]:
        allowed = ", ".join(name for name, (_, secret) in known.items() if not secret)
        raise SandboxError(f"{key} is no setting that can be set so; allowed are {allowed}.")
    # Text stays text, as it does with the engine: read as YAML, version 1.10 would become 1.1.
    value: Any = text
    if is_list(known[key][0]):
        value = [part.strip() for part in text.split(",") if part.strip()]
    document = read_document(path(config))
    document.setdefault("config", {})[f"{NAMESPACE}:{key}"] = value
    write(config, document)


def write(config: SandboxConfig, document: dict[str, Any]) -> None:
    new = path(config).with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(yaml.safe_dump(document, sort_keys=False))
    new.rename(path(config))


def read_document(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text()) or {} if file.exists() else {}
