"""What `make` runs against the sandbox: up, down, env, exec."""

import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.outputs import address_url
from sandbox import engineless, server
from sandbox.config import SandboxConfig, SandboxError
from sandbox.stack import config_file, engine, environment, owner
from sandbox.stack.engine import Engine

WITH, WITHOUT = "the Pulumi engine", "no engine"


def up(config: SandboxConfig) -> int:
    """Create or converge the server; what the owner needs to open it is printed. Returns an exit code."""
    begun = time.monotonic()
    if not server.running(config):
        print("Starting the sandbox …", flush=True)
        server.ensure_running(config)
        print(f"The sandbox answers at {config.api_url} ({time.monotonic() - begun:.0f} s).", flush=True)
    program = _program(config)
    config_file.refresh(config)
    variables = environment.base(config, program)
    person = owner.of(config)
    if program:
        print(f"Running the stack with the Pulumi engine ({program}).", flush=True)
        stack = Engine(config, program, os.environ | variables)
        names = ("identity_seed", "password", "sudo_password")
        stack.prepare({name: getattr(person, name) for name in names})
        if code := stack.up():
            return code
        outputs = stack.outputs()
    else:
        reason = "JUPYTER_SANDBOX_ENGINE says so" if engine.unwanted() else "not on PATH, and cannot be downloaded"
        print(
            f"Running the stack without the Pulumi engine ({reason}): the same program, by the SDK's mock monitor.",
            flush=True,
        )
        outputs = engineless.run(config, variables)
    _show(config, outputs)
    print(f"Done in {time.monotonic() - begun:.0f} s.")
    return 0


def _program(config: SandboxConfig) -> Path | None:
    """The engine to use. What one way made, the other knows nothing of: a sandbox stays with its first."""
    program = engine.find(config)
    note = config.home / "made-with"
    mode = WITH if program else WITHOUT
    made = note.read_text() if note.exists() else mode
    if made != mode:
        raise SandboxError(
            f"This sandbox was made with {made}, and now there is {mode}.\nTo make it anew: make down && make up"
        )
    note.write_text(mode)
    return program


def _show(config: SandboxConfig, outputs: dict[str, Any]) -> None:
    target = environment.target_of(outputs)
    print(f"\nOpen     {address_url(target.settings, target.address)}    (on this machine)")
    shown = config.home / "password-shown"
    if not shown.exists():
        print(f"Password {target.secrets.password.get_secret_value()}    (shown this once; later: make env)")
        shown.touch()
    for name in ("monthly_cost", "host_key"):
        print(f"{name.replace('_', ' ').capitalize()}: {outputs[name]}")
    print("To look at it from outside: make check")


def outputs(config: SandboxConfig) -> dict[str, Any]:
    """What the stack tells of itself, with or without the engine."""
    if not config.home.exists():
        raise SandboxError("There is no sandbox: make up")
    program = _program(config)
    if program is None:
        return environment.engineless_outputs(config)
    return Engine(config, program, os.environ | environment.base(config, program)).outputs()


def shell_variables(config: SandboxConfig) -> dict[str, str]:
    """`make env`."""
    target = environment.target_of(outputs(config))
    url = address_url(target.settings, target.address)
    return environment.base(config, _program(config)) | environment.person(config, target, url)


def execute(config: SandboxConfig, command: Sequence[str]) -> None:
    """Become `command`, with the sandbox stack in its environment; without the engine, the Target too."""
    target = environment.target_of(outputs(config))
    server.ensure_running(config)
    program = _program(config)
    variables = environment.base(config, program)
    if program is None:
        variables |= target.to_environment()
    sys.stdout.flush()
    os.execvpe(command[0], list(command), os.environ | variables)


def down(config: SandboxConfig) -> None:
    """Everything of this sandbox off the machine; the cache stays."""
    from sandbox import host

    server.stop(config)
    host.remove(config)
    shutil.rmtree(config.home, ignore_errors=True)
    print("The sandbox is gone.")
