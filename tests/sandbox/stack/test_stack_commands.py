"""What `make` runs against the sandbox, without the engine."""

import os
from pathlib import Path

import pytest

from contract.target import Target
from sandbox.config import SandboxConfig, SandboxError
from sandbox.stack import commands, config_file, environment, owner
from tests.contract.targets import a_target


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SandboxConfig:
    """A sandbox that answers, without the engine; a run of the program tells of one server."""
    monkeypatch.setenv("JUPYTER_SANDBOX_ENGINE", "none")
    monkeypatch.setattr("sandbox.stack.commands.server.running", lambda config: 1 if config.home.exists() else None)
    target = a_target().to_environment()
    outputs = {"target": target, "monthly_cost": "$6.00 a month", "host_key": "SHA256:abc"}
    monkeypatch.setattr("sandbox.stack.commands.engineless.run", lambda *_: outputs)
    monkeypatch.setattr(environment, "target_environment", lambda _: target)
    config = SandboxConfig(name="test", home=tmp_path / "home", cache=tmp_path / "cache")
    # As a start of the server does.
    monkeypatch.setattr("sandbox.stack.commands.server.ensure_running", owner.of)
    return config


def test_the_first_up_shows_what_opens_the_server(config: SandboxConfig, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.up(config) == 0
    shown = capsys.readouterr().out
    assert "Open     http://198.51.100.20:8888" in shown
    assert f"Password {a_target().secrets.password.get_secret_value()}" in shown
    assert "Monthly cost: $6.00 a month" in shown
    assert "Host key: SHA256:abc" in shown


def test_the_password_is_shown_once(config: SandboxConfig, capsys: pytest.CaptureFixture[str]) -> None:
    commands.up(config)
    capsys.readouterr()
    commands.up(config)
    assert a_target().secrets.password.get_secret_value() not in capsys.readouterr().out


def test_which_of_the_two_ways_it_is_is_said(config: SandboxConfig, capsys: pytest.CaptureFixture[str]) -> None:
    commands.up(config)
    assert "without the Pulumi engine" in capsys.readouterr().out


def test_up_brings_the_configuration_up_to_date(config: SandboxConfig) -> None:
    commands.up(config)
    assert config_file.read(config)["digitalocean:apiEndpoint"] == config.api_url


def test_a_sandbox_stays_with_the_way_it_was_made(
    config: SandboxConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.up(config)
    monkeypatch.setattr("sandbox.stack.commands.engine.find", lambda _: tmp_path / "pulumi")
    with pytest.raises(SandboxError, match=r"made with no engine, and now there is the Pulumi engine\.\n.*make down"):
        commands.up(config)


def test_before_the_first_up_there_is_nothing_to_tell_of(config: SandboxConfig) -> None:
    with pytest.raises(SandboxError, match="There is no sandbox: make up"):
        commands.shell_variables(config)


def test_the_variables_open_the_server_and_reach_the_api(config: SandboxConfig) -> None:
    commands.up(config)
    variables = commands.shell_variables(config)
    assert variables["JUPYTER_URL"] == "http://198.51.100.20:8888"
    assert variables["DIGITALOCEAN_TOKEN"] == owner.of(config).token
    assert "root@198.51.100.20" in variables["JUPYTER_SSH"]
    # Which would make of every later command one that hands over.
    assert not Target.is_in(variables)


def test_a_command_runs_with_the_target_in_its_environment(
    config: SandboxConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.up(config)
    became: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execvpe", lambda *call: became.append(call))
    commands.execute(config, ["pyinfra", "-y", "inventories/stack.py"])
    ((program, words, variables),) = became
    assert (program, words) == ("pyinfra", ["pyinfra", "-y", "inventories/stack.py"])
    assert Target.from_environment(variables) == a_target()
    assert variables["JUPYTER_SSH_KEY"] == str(owner.ssh_key(config))
