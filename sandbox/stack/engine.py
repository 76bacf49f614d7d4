"""The Pulumi engine: on PATH, or from its official installer where that can be reached."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.config import PROJECT_ROOT, SandboxConfig, SandboxError
from sandbox.engineless.client import Client
from sandbox.stack import config_file, orphans, owner

INSTALL_HELP = "https://www.pulumi.com/docs/install/"
_INSTALLER_HOST = "get.pulumi.com"
_INHERITED = ("PULUMI_HOME", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")


def find(config: SandboxConfig) -> Path | None:
    """The engine's program, or None where there is none to be had.

    JUPYTER_SANDBOX_ENGINE: `auto` (default), `none` to do without, `required` to insist.
    """
    wish = _wish()
    if wish not in ("auto", "none", "required"):
        raise SandboxError(f"JUPYTER_SANDBOX_ENGINE is {wish!r}: allowed are auto, none and required.")
    if wish == "none":
        return None
    program = shutil.which("pulumi") or _installed(config)
    if program is None and wish == "required":
        raise SandboxError(f"The Pulumi engine is not on PATH and cannot be downloaded. To install it: {INSTALL_HELP}")
    return Path(program) if program else None


def _wish() -> str:
    return os.environ.get("JUPYTER_SANDBOX_ENGINE", "auto")


def unwanted() -> bool:
    """Whether it is done without by choice."""
    return _wish() == "none"


def _installed(config: SandboxConfig) -> str | None:
    root = config.cache / "pulumi"
    program = root / "bin" / "pulumi"
    if program.exists():
        return str(program)
    try:
        socket.create_connection((_INSTALLER_HOST, 443), timeout=3).close()
    except OSError:
        return None
    from pulumi.automation import PulumiCommand
    from semver import VersionInfo

    print(f"Downloading the Pulumi engine into {root} …", flush=True)
    try:
        PulumiCommand.install(root=str(root), version=VersionInfo.parse(_sdk_version()))
    except Exception as error:
        # The installer's script fails in many ways; the sandbox can do without what it brings.
        print(f"That did not work ({type(error).__name__}); going on without it.")
        return None
    return str(program)


def _sdk_version() -> str:
    from importlib.metadata import version

    return version("pulumi")


def variables(config: SandboxConfig, program: Path) -> dict[str, str]:
    """What the engine's own commands need to reach the sandbox stack from any shell."""
    return {
        "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PULUMI_BACKEND_URL": f"file://{config.home}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(owner.passphrase_file(config)),
        "PULUMI_STACK": config_file.STACK,
        "PULUMI_OPTION_CONFIG_FILE": str(config_file.path(config)),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Where its plugins are, and whether more may be fetched, is for this shell to say, and so for the next.
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
    }


class Engine:
    """The sandbox's stack, through the real engine."""

    def __init__(self, config: SandboxConfig, program: Path, environment: Mapping[str, str]) -> None:
        self._config = config
        self._program = str(program)
        self._environment = dict(environment)

    def prepare(self, secrets: Mapping[str, str]) -> None:
        """Make the stack if there is none, put the secrets into its configuration, clear what a kill left."""
        if not self._stack_exists():
            self._init_stack()
        document_keys = config_file.read(self._config)
        for key, value in secrets.items():
            if f"jupyter-anywhere:{key}" not in document_keys:
                self._run("config", "set", "--secret", key, stdin=value)
        self._recover()

    def _stack_exists(self) -> bool:
        return any(stack["name"] == config_file.STACK for stack in json.loads(self._run("stack", "ls", "--json")))

    def _init_stack(self) -> None:
        # `stack init` knows no --config-file: in a folder of its own it spoils no tracked file.
        folder = self._config.home / "init"
        folder.mkdir(exist_ok=True)
        shutil.copy(PROJECT_ROOT / "Pulumi.yaml", folder)
        self._run("stack", "init", config_file.STACK, "--cwd", str(folder), without=("PULUMI_OPTION_CONFIG_FILE",))
        salt = config_file.read_document(folder / f"Pulumi.{config_file.STACK}.yaml")["encryptionsalt"]
        document = config_file.read_document(config_file.path(self._config))
        config_file.write(self._config, {**document, "encryptionsalt": salt})
        shutil.rmtree(folder)

    def _recover(self) -> None:
        """A killed engine leaves its lock, and operations of which nobody knows how they ended."""
        locks = self._config.home / ".pulumi" / "locks"
        if locks.exists() and any(locks.rglob("*.json")):
            print("An earlier run was cut off: taking its lock away.")
            self._run("cancel", "--yes")
        deployment = self.deployment()
        if deployment.get("pending_operations"):
            print("An earlier run was cut off: comparing what is recorded with what is there.")
            # The engine would forget what it was about to make, and leave it where it is.
            for path in orphans.remove(Client(self._config.api_url, owner.of(self._config).token), deployment):
                print(f"  removed {path}, to be made anew")
            self._run("refresh", "--yes", "--clear-pending-creates", "--skip-preview", timeout=600)

    def deployment(self) -> dict[str, Any]:
        exported: dict[str, Any] = json.loads(self._run("stack", "export"))["deployment"]
        return exported

    def outputs(self) -> dict[str, Any]:
        outputs: dict[str, Any] = json.loads(self._run("stack", "output", "--json", "--show-secrets"))
        return outputs

    def up(self) -> int:
        return self.show("up", "--yes", "--skip-preview", "--suppress-outputs")

    def show(self, *arguments: str) -> int:
        """Run it in the owner's sight; its exit code. Raises KeyboardInterrupt once it has ended by a Ctrl-C."""
        command = [self._program, *arguments, "--non-interactive"]
        process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=self._environment)
        interrupted = False
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                # The terminal has told the engine too. Killed now, it would leave its lock and forget what it made.
                interrupted = True
            else:
                break
        if interrupted:
            raise KeyboardInterrupt
        return code

    def _run(
        self, *arguments: str, stdin: str | None = None, timeout: float = 120, without: tuple[str, ...] = ()
    ) -> str:
        environment = {name: value for name, value in self._environment.items() if name not in without}
        done = subprocess.run(
            [self._program, *arguments, "--non-interactive"],
            cwd=PROJECT_ROOT,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode != 0:
            raise SandboxError(f"`pulumi {' '.join(arguments)}` failed:\n{done.stderr.strip() or done.stdout.strip()}")
        return done.stdout
