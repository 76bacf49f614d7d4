"""Cases for operations and facts: one file each, as pyinfra's own tests have them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, is_dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import FileUploadCommand, FunctionCommand, StringCommand

from deploy.firewall.rules import Rule
from deploy.guard import Guard
from deploy.script import Script

HERE = Path(__file__).parent


def cases(layer: str) -> Iterator[Any]:
    """`MODULE.NAME/SITUATION.json` below `layer`, as parameters: module, name, case."""
    for path in sorted((HERE / layer).glob("*/*.json")):
        module, _, name = path.parent.name.partition(".")
        yield pytest.param(module, name, json.loads(path.read_text()), id=f"{path.parent.name}-{path.stem}")


class FakeHost:
    """Has the facts of one case, and keeps the reason of a noop."""

    print_prefix = ""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts
        self.noops: list[str] = []

    def get_fact(self, fact: type, **_: Any) -> Any:
        value = self._facts[f"{fact.__module__.rsplit('.', 1)[1]}.{fact.__name__}"]
        return revived(fact.default(), value) if is_dataclass(getattr(fact, "default", None)) else value  # type: ignore[attr-defined]

    def noop(self, reason: str) -> None:
        self.noops.append(reason)


class FakeState:
    is_executing = True


def revived(empty: Any, value: dict[str, Any]) -> Any:
    if "rules" in value:
        value = value | {"rules": [Rule(**rule) for rule in value["rules"]]}
    return type(empty)(**value)


def plain(value: Any) -> Any:
    """What JSON can hold of a fact."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def readable(commands: Iterable[Any]) -> list[Any]:
    """Commands as a person would tell them: a script by its name and values."""
    return [_readable(command) for command in commands]


def _readable(command: Any) -> Any:
    if isinstance(command, Script):
        return [command.name, command.variables]
    if isinstance(command, FileUploadCommand):
        assert isinstance(command.src, StringIO)
        return ["upload", command.src.getvalue(), str(command.dest)]
    if isinstance(command, FunctionCommand):
        return [command.function.__name__, *(a.name if isinstance(a, Guard) else a for a in command.args)]
    assert isinstance(command, StringCommand)
    text = command.get_raw_value()
    stdin = command.connector_arguments.get("_stdin")
    return text if stdin is None else [text, {"stdin": stdin}]
