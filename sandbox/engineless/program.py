"""Running the stack's program without the engine."""

import json
import os
import runpy
import signal
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import Mocks, rpc, set_mocks
from pulumi.runtime.config import set_all_config
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

from contract.target import Target
from sandbox.config import PROJECT_ROOT, SandboxConfig, SandboxError
from sandbox.engineless.client import Client
from sandbox.engineless.record import Record
from sandbox.engineless.resources import MAKERS, NOT_COMPARED, READERS
from sandbox.stack import config_file, owner
from settings.host import Secrets
from settings.stack import NAMESPACE

COMMAND = "command:local:Command"


def run(config: SandboxConfig, variables: dict[str, str]) -> dict[str, Any]:
    """Run `__main__.py`; the stack's outputs. Raises SandboxError for what stops it.

    variables: the environment for the hand-over, beside this process's own.
    """
    mocks = _Sandbox(config, variables)
    exported: dict[str, Any] = {}
    _configure(config)
    os.environ |= variables
    set_mocks(mocks, project="jupyter-anywhere", stack=config_file.STACK, preview=False)
    really_export = pulumi.export
    setattr(pulumi, "export", exported.__setitem__)  # noqa: B010, assigning is what a type checker forbids

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> pulumi.Output[Any]:
        try:
            runpy.run_path(str(PROJECT_ROOT / "__main__.py"), run_name="__main__")
        finally:
            # No engine interrupts this one: a Ctrl-C is the owner's, and the hand-over is still to come.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return pulumi.Output.all(**exported).apply(mocks.outputs.update)

    try:
        with warnings.catch_warnings():
            # Importing the provider's SDK raises some thirty of them.
            warnings.simplefilter("ignore", DeprecationWarning)
            program()
    except Exception as error:
        # The mock monitor wraps what went wrong in layers of its own: the first fault is what counts.
        if mocks.faults:
            raise SandboxError(mocks.faults[0]) from None
        if isinstance(error, pulumi.RunError):
            raise SandboxError(str(error)) from None
        raise
    finally:
        setattr(pulumi, "export", really_export)  # noqa: B010
    if mocks.faults:
        raise SandboxError(mocks.faults[0])
    return mocks.outputs


def target_environment(config: SandboxConfig) -> dict[str, str]:
    """The hand-over's Target as it last succeeded or was tried; {} before the first."""
    path = _target_path(config)
    environment: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return environment


def _target_path(config: SandboxConfig) -> Path:
    return config.home / "target.json"


def _configure(config: SandboxConfig) -> None:
    """The engine's part in configuration: all values as text, secrets in clear."""
    values = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in config_file.read(config).items()
        if not (isinstance(value, dict) and "secure" in value)
    }
    person = owner.of(config)
    secrets = {f"{NAMESPACE}:{name}": getattr(person, name) for name in Secrets.model_fields}
    set_all_config(values | secrets, list(secrets))


class _Sandbox(Mocks):
    """Makes and reads through the API what the program declares."""

    def __init__(self, config: SandboxConfig, variables: dict[str, str]) -> None:
        self._config = config
        self._variables = variables
        self._client = Client(config.api_url, owner.of(config).token)
        self._record = Record(config.home / "engineless.json")
        self.outputs: dict[str, Any] = {}
        self.faults: list[str] = []

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return READERS[args.token](self._client, args.args), []

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        inputs = _clear(args.inputs)
        if not args.custom or args.typ.startswith("pulumi:providers:"):
            return args.name, inputs
        try:
            if args.typ == COMMAND:
                return self._command(args.name, inputs)
            return self._resource(args, inputs)
        except SandboxError as error:
            # Raised again so that nothing that depends on it is begun.
            self.faults.append(str(error))
            raise

    def _resource(self, args: MockResourceArgs, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        compared = {key: value for key, value in inputs.items() if key not in NOT_COMPARED}
        if changed := self._record.differences(args.name, compared):
            raise SandboxError(
                f"{args.name}: {', '.join(changed)} changed since it was made. To change what is there takes the "
                "Pulumi engine (https://www.pulumi.com/docs/install/); without it, put the setting back, or make all "
                "anew: make down && make up"
            )
        begun = time.monotonic()
        known = self._record.get(args.name)
        identifier, outputs = MAKERS[args.typ](self._client, inputs)
        if known is None:
            print(f"  made {args.name} ({time.monotonic() - begun:.1f} s)", flush=True)
        self._record.put(args.name, args.typ, identifier, compared)
        return identifier, {**inputs, **outputs}

    def _command(self, name: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Run it if its inputs differ from those of its last success. One of them hands over the Target."""
        environment: dict[str, str] = inputs["environment"]
        hands_over = Target.is_in(environment)
        if not self._record.get(name) or self._record.differences(name, inputs):
            if hands_over:
                path = _target_path(self._config)
                path.touch(mode=0o600)
                path.write_text(json.dumps(environment))
            done = subprocess.run(
                ["/bin/sh", "-c", inputs["create"]],
                cwd=PROJECT_ROOT,
                env=os.environ | self._variables | environment,
                check=False,
            )
            if done.returncode != 0:
                raise SandboxError(f"The {name} stopped with {done.returncode}. To go on from here: make up")
            self._record.put(name, COMMAND, name, inputs)
        elif hands_over:
            print("  no changes", flush=True)
        return name, {**inputs, "stdout": "", "stderr": ""}


def _clear(value: Any) -> Any:
    """The value without the SDK's wrapping of secrets, which is around a whole map where one of its values is one."""
    if isinstance(value, dict):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return _clear(value["value"])
        return {key: _clear(entry) for key, entry in value.items()}
    return [_clear(entry) for entry in value] if isinstance(value, list) else value
