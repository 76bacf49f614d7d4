"""Pulumi: where it keeps its record, and how the stack's settings get there."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from contract.errors import OwnerError
from onboarding import shell

ROOT = Path(__file__).resolve().parent.parent


def require_pulumi() -> None:
    if not shutil.which("pulumi"):
        raise OwnerError("`pulumi` is not on PATH. To install it: https://www.pulumi.com/docs/install/")


def backend(stack: str) -> dict[str, str]:
    """Variables of the record's place: Pulumi's own login if there is one, else a folder with a made-up passphrase."""
    if "PULUMI_BACKEND_URL" in os.environ:
        return {name: os.environ[name] for name in shell.KEPT[1:] if name in os.environ}
    if _run(["whoami"], {}).returncode == 0:
        return {}
    folder = shell.directory() / "state"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passphrase = shell.directory() / f"{stack}.passphrase"
    if not passphrase.exists():
        shell.write_private(passphrase, secrets.token_urlsafe(24))
    return {"PULUMI_BACKEND_URL": f"file://{folder}", "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase)}


class Stack:
    """A stack of the engine's. Raises OwnerError with the engine's own words."""

    def __init__(self, name: str, variables: Mapping[str, str]) -> None:
        self._variables = {**variables, "PULUMI_STACK": name}
        self._name = name

    def create(self) -> None:
        """Not an error when it is there already: what was answered before can be answered anew."""
        self._checked(["stack", "select", "--create", self._name])

    def set(self, key: str, value: str) -> None:
        self._checked(["config", "set", key, "--", value])

    def set_list(self, key: str, values: list[str]) -> None:
        _run(["config", "rm", key], self._variables)
        for number, value in enumerate(values):
            self._checked(["config", "set", "--path", f"{key}[{number}]", "--", value])

    def set_secret(self, key: str, value: str) -> None:
        # By standard input: what stands on a command line is in the process list for everyone.
        self._checked(["config", "set", "--secret", key], value)

    def get(self, key: str) -> str:
        """ "" for what is not set."""
        return _run(["config", "get", key], self._variables).stdout.strip()

    def _checked(self, words: list[str], stdin: str | None = None) -> str:
        done = _run(words, self._variables, stdin)
        if done.returncode != 0:
            raise OwnerError(f"`pulumi {' '.join(words[:3])}` failed: {done.stderr.strip()}")
        return done.stdout


def _run(
    words: list[str], variables: Mapping[str, str], stdin: str | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["pulumi", *words, "--non-interactive"] if "--" not in words else ["pulumi", "--non-interactive", *words],
        cwd=ROOT,
        env={**os.environ, **variables, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
