"""Debian packages that are missing."""

import pytest

from sandbox.command import CommandError
from sandbox.config import SandboxError
from sandbox.machines import packages


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    commands: list[str] = []
    monkeypatch.setattr(packages, "run", lambda *words, **_: commands.append(" ".join(words)))
    return commands


def programs(monkeypatch: pytest.MonkeyPatch, *there: str) -> None:
    monkeypatch.setattr("shutil.which", lambda name, path=None: name if name in there else None)


def test_nothing_is_installed_when_all_is_there(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    programs(monkeypatch, "nft", "ip")
    packages.ensure(packages.NETWORK)
    assert ran == []


def test_what_is_missing_is_installed_after_an_update(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    programs(monkeypatch, "apt-get", "ip")
    packages.ensure(packages.NETWORK)
    assert [command.split(" -o ")[1].split()[1] for command in ran] == ["update", "install"]
    assert ran[1].endswith("--no-install-recommends nftables")


def test_without_apt_the_owner_is_told(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    programs(monkeypatch, "ip")
    with pytest.raises(SandboxError, match="nftables"):
        packages.ensure(packages.NETWORK)


def test_when_apt_fails_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: str, **_: object) -> None:
        raise CommandError(words, "ended with 100.", "E: no network")

    programs(monkeypatch, "apt-get", "ip")
    monkeypatch.setattr(packages, "run", fail)
    with pytest.raises(SandboxError, match="by hand, then start again: apt-get install nftables"):
        packages.ensure(packages.NETWORK)
