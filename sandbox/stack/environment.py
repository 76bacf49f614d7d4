"""The variables with which a person's own commands reach the sandbox stack."""

import json
import os
import shlex
from pathlib import Path
from typing import Any

from contract.identity import lasting_host_key
from contract.target import Target
from sandbox.config import SandboxConfig, SandboxError
from sandbox.engineless import target_environment
from sandbox.stack import engine, owner


def base(config: SandboxConfig, program: Path | None) -> dict[str, str]:
    """For the engine (if there is one), the provider, and the hand-over."""
    variables = {
        "DIGITALOCEAN_TOKEN": owner.of(config).token,
        # Keys, attempts and logs of the hand-over go away with the sandbox.
        "JUPYTER_STATE": str(config.home / "state"),
        "JUPYTER_SSH_KEY": str(owner.ssh_key(config)),
        **{name: value for name, value in os.environ.items() if name.startswith("JUPYTER_SANDBOX_")},
    }
    return variables | (engine.variables(config, program) if program else {})


def person(config: SandboxConfig, target: Target, url: str) -> dict[str, str]:
    """JUPYTER_*: address, login, and an SSH command for root that verifies the host."""
    known_hosts = config.home / "known_hosts"
    key = lasting_host_key(target.secrets.identity_seed.get_secret_value())
    known_hosts.write_text(f"{target.address} {key.public}\n")
    ssh = ["ssh", "-i", str(owner.ssh_key(config)), "-o", f"UserKnownHostsFile={known_hosts}"]
    ssh += ["-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes", f"root@{target.address}"]
    return {
        "JUPYTER_URL": url,
        "JUPYTER_ADDRESS": target.address,
        "JUPYTER_PASSWORD": target.secrets.password.get_secret_value(),
        "JUPYTER_SSH": shlex.join(ssh),
    }


def target_of(outputs: dict[str, Any]) -> Target:
    """The Target among a stack's outputs. Raises SandboxError while there is no server."""
    if "target" not in outputs:
        raise SandboxError("The sandbox has no server yet: make up")
    target = outputs["target"]
    return Target.from_environment(json.loads(target) if isinstance(target, str) else target)


def engineless_outputs(config: SandboxConfig) -> dict[str, Any]:
    """What the engine would tell of the stack, from the last run without it."""
    environment = target_environment(config)
    return {"target": environment} if environment else {}


def as_shell(variables: dict[str, str]) -> str:
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())
