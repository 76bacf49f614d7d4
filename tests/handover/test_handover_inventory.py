"""The inventory of the selected stack: the server it is told of, or none."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api.exceptions import PyinfraError

from contract.identity import lasting_host_key
from contract.target import PREFIX, Target
from tests.check.ssh_servers import ADDRESS, SshServers, with_key
from tests.contract.targets import a_target
from tests.handover import pulumis
from tests.settings.raw_settings import SEED

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def another_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: SshServers) -> Target:
    """What the engine would tell of."""
    target = a_target(address=ADDRESS, droplet_id="999", owner="ada")
    pulumis.install(tmp_path / "bin", monkeypatch, prints=json.dumps({"target": target.to_environment()}))
    servers.answers = [with_key(lasting_host_key(SEED))]
    return target


def hosts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    # pyinfra runs it from the project's folder.
    monkeypatch.chdir(ROOT)
    found: list[tuple[str, dict[str, Any]]] = runpy.run_path("inventories/stack.py")["stack"]
    return found


def environ(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    for name, value in target.to_environment().items():
        monkeypatch.setenv(name, value)


def test_a_target_in_the_environment_is_the_one(another_server: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    target = a_target(address=ADDRESS)
    environ(monkeypatch, target)
    ((address, data),) = hosts(monkeypatch)
    assert address == ADDRESS
    assert data["target"] == target != another_server


def test_the_host_must_show_the_key_that_was_verified(another_server: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, data),) = hosts(monkeypatch)
    assert data["ssh_strict_host_key_checking"] == "yes"
    assert Path(data["ssh_known_hosts_file"]).read_text() == f"{ADDRESS} {lasting_host_key(SEED).public}\n"


def test_on_its_own_it_asks_the_engine(another_server: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, data),) = hosts(monkeypatch)
    assert data["target"] == another_server


@pytest.mark.usefixtures("another_server")
def test_half_a_target_in_the_environment_is_refused_and_the_engine_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    # It would converge the other server, and report success.
    environ(monkeypatch, a_target(address=ADDRESS))
    monkeypatch.delenv(f"{PREFIX}PASSWORD")
    with pytest.raises(PyinfraError, match=f"lacks {PREFIX}PASSWORD"):
        hosts(monkeypatch)


@pytest.mark.usefixtures("another_server")
def test_a_foreign_host_key_is_one_clean_line(servers: SshServers, monkeypatch: pytest.MonkeyPatch) -> None:
    servers.answers = [with_key(lasting_host_key("somebody else's seed"))]
    with pytest.raises(PyinfraError, match="not this stack's"):
        hosts(monkeypatch)


def test_without_an_engine_it_is_one_clean_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PyinfraError, match="not on PATH"):
        hosts(monkeypatch)
