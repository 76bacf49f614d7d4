"""The Target of the selected stack, as the engine tells it."""

import json
from pathlib import Path

import pytest

from contract.stack_outputs import selected_target
from contract.target import TargetError
from tests.contract.targets import a_target
from tests.handover import pulumis


@pytest.mark.parametrize("encoded", [True, False], ids=["as JSON within JSON", "as an object"])
def test_it_is_read_with_its_secrets(encoded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = a_target()
    environment = target.to_environment()
    output = json.dumps({"target": json.dumps(environment) if encoded else environment, "address": "x"})
    pulumis.install(tmp_path / "bin", monkeypatch, prints=output)
    assert selected_target() == target
    assert "--show-secrets" in (tmp_path / "bin" / "arguments").read_text()


def test_without_the_engine_the_ways_without_it_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TargetError, match="make converge") as caught:
        selected_target()
    assert "inventories/server.py" in str(caught.value)


def test_without_a_stack_the_engines_words_are_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumis.install(tmp_path / "bin", monkeypatch, fails="error: no stack selected")
    with pytest.raises(TargetError, match=r"no stack selected.*pulumi stack select"):
        selected_target()


def test_a_stack_without_a_server_is_told_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumis.install(tmp_path / "bin", monkeypatch, prints="{}")
    with pytest.raises(TargetError, match="pulumi up"):
        selected_target()


def test_a_target_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = a_target().to_environment()
    del environment["JUPYTER_ANYWHERE_STACK"]
    pulumis.install(tmp_path / "bin", monkeypatch, prints=json.dumps({"target": environment}))
    with pytest.raises(TargetError, match="JUPYTER_ANYWHERE_STACK"):
        selected_target()
