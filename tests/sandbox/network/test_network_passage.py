"""The machine's own firewall, when it drops what it does not know."""

import pytest

from sandbox.config import SandboxConfig
from sandbox.network import passage


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Commands that change something. Docker's machine: FORWARD drops, INPUT does not."""
    commands: list[str] = []

    def run(*words: str, timeout: float) -> str:
        if "-S" in words:
            return "-P INPUT ACCEPT\n-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n"
        commands.append(" ".join(words))
        return ""

    monkeypatch.setattr(passage, "run", run)
    monkeypatch.setattr(passage, "succeeds", lambda *words, **_: "-C" not in words and bool(run(*words, timeout=1)))
    return commands


def test_a_way_is_opened_where_it_is_closed(
    plain_config: SandboxConfig, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passage, "_in_use", lambda: True)
    passage.ensure(plain_config)
    assert ran == [f"iptables -w -I FORWARD {way} ja-plain -j ACCEPT" for way in ("-i", "-o")]
    ran.clear()
    passage.remove(plain_config)
    assert [command.split()[2] for command in ran] == ["-D", "-D", "-D"]


def test_nothing_is_touched_where_iptables_has_no_rules(
    plain_config: SandboxConfig, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passage, "_in_use", lambda: False)
    passage.ensure(plain_config)
    passage.remove(plain_config)
    assert ran == []
