"""Pulumi: where it keeps its record, and how the stack's settings get there."""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contract.errors import OwnerError
from onboarding import shell
from settings.stack import NAMESPACE

ROOT = Path(__file__).resolve().parent.parent


def require_pulumi() -> None:
    if not shutil.which("pulumi"):
        raise OwnerError("`pulumi` is not on PATH. To install it: https://www.pulumi.com/docs/install/")


def backend(stack: str) -> dict[str, str]:
    """Variables of the record's place: the shell's own, the stack's last one, Pulumi's login, else a folder."""
    notes = shell.kept(stack)
    place = os.environ.get(shell.BACKEND) or (notes or {}).get(shell.BACKEND) or _login()
    if not place and notes is not None:
        raise OwnerError(
            f"The record of the stack {stack!r} is at Pulumi's service, and there is no login: pulumi login"
        )
    if not place:
        folder = shell.directory() / "state"
        shell.make_private(folder)
        place = f"file://{folder}"
    if place.startswith("https:"):
        # The service encrypts by itself, and a login says which one it is.
        return {shell.BACKEND: os.environ[shell.BACKEND]} if shell.BACKEND in os.environ else {}
    return {shell.BACKEND: place, shell.PASSPHRASE_FILE: str(_passphrase_file(stack, notes or {}))}


def _login() -> str:
    """The URL of the backend that this machine's Pulumi is logged in to; "" without one."""
    done = _run(["whoami", "--verbose", "--json"], {})
    if done.returncode == 0:
        return str(json.loads(done.stdout)["url"])
    if "PULUMI_ACCESS_TOKEN must be set" in done.stderr:
        return ""
    raise OwnerError(
        f"Pulumi's login does not work: {_words(done)} Make it anew by `pulumi login`, or take it away by "
        "`pulumi logout --all`."
    )


def _passphrase_file(stack: str, notes: Mapping[str, str]) -> Path:
    given = os.environ.get(shell.PASSPHRASE_FILE) or notes.get(shell.PASSPHRASE_FILE)
    path = Path(given) if given else shell.directory() / f"{stack}.passphrase"
    if path.exists():
        return path
    chosen = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
    settings = ROOT / f"Pulumi.{stack}.yaml"
    if chosen is None and settings.exists() and "encryptionsalt:" in settings.read_text():
        raise OwnerError(
            f"The secrets in {settings.name} are encrypted, and their passphrase is not on this machine. Write it "
            f"into {path} (the recovery sheet has it), then run this again."
        )
    shell.write_private(path, secrets.token_urlsafe(24) if chosen is None else chosen)
    return path


class Stack:
    """A stack of the engine's. Raises OwnerError with the engine's own words."""

    def __init__(self, name: str, variables: Mapping[str, str]) -> None:
        self._variables = {**variables, "PULUMI_STACK": name}
        self._name = name

    def exists(self) -> bool:
        stacks = json.loads(self._checked(["stack", "ls", "--json"]) or "[]")
        return self._name in [stack["name"].rpartition("/")[2] for stack in stacks]

    def create(self) -> None:
        """Not an error when it is there already: what was answered before can be answered anew."""
        self._checked(["stack", "select", "--create", self._name])

    def settings(self) -> dict[str, Any]:
        """As they are, secrets in clear and defaults included."""
        entries = json.loads(self._checked(["config", "--json", "--show-secrets"]))
        return {
            key.removeprefix(f"{NAMESPACE}:"): entry.get("objectValue", entry.get("value", ""))
            for key, entry in entries.items()
        }

    def set(self, key: str, value: str) -> None:
        self._checked(["config", "set", key, "--", value])

    def set_list(self, key: str, values: list[str]) -> None:
        """Over what is there, which is not longer: emptied first, it would be lost with a run that is broken off."""
        for number, value in enumerate(values):
            self._checked(["config", "set", "--path", f"{key}[{number}]", "--", value])

    def set_secret(self, key: str, value: str) -> None:
        # By standard input: what stands on a command line is in the process list for everyone.
        self._checked(["config", "set", "--secret", key], value)

    def _checked(self, words: list[str], stdin: str | None = None) -> str:
        done = _run(words, self._variables, stdin)
        if done.returncode != 0:
            raise OwnerError(f"`pulumi {' '.join(words[:3])}` failed: {_words(done)}")
        return done.stdout


def _words(done: "subprocess.CompletedProcess[str]") -> str:
    """The engine's last words, on one line."""
    return " ".join(done.stderr.split()) or f"exit code {done.returncode}."


def _run(
    words: list[str], variables: Mapping[str, str], stdin: str | None = None
) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            ["pulumi", "--non-interactive", *words],
            cwd=ROOT,
            env={**os.environ, **variables, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OwnerError(f"`pulumi {' '.join(words[:2])}` did not end within three minutes. Run this again.") from None
