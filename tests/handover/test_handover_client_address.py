"""Which address of ours the server sees, and whether an allow-list leaves it outside."""

from pathlib import Path

import pytest

from handover import client_address
from handover.client_address import seen_address, shut_out
from handover.errors import HandoverError
from tests.contract.targets import a_target


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ((), False),
        (("198.51.100.7/32",), False),
        (("198.51.100.0/24", "2001:db8::/48"), False),
        (("203.0.113.0/24",), True),
        (("2001:db8::/48",), True),
    ],
)
def test_a_list_leaves_an_address_outside_unless_it_is_in_one_of_its_networks(
    allowed: tuple[str, ...], expected: bool
) -> None:
    assert shut_out("198.51.100.7", allowed) is expected


def answers(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    program = folder / "ssh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(client_address, "ssh_words", lambda *_: [str(program)])


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("echo 198.51.100.7 50000 22", "198.51.100.7"),
        ("echo ::ffff:198.51.100.7 50000 22", "198.51.100.7"),
        ("echo 2001:db8::7 50000 22", "2001:db8::7"),
        ("exit 255", None),
        ("echo", None),
        ("echo something else", None),
    ],
)
def test_it_is_what_the_server_says_and_else_unknown(
    script: str, seen: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, tmp_path, script)
    assert seen_address(a_target()) == seen


def test_a_host_that_cannot_be_reached_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> list[str]:
        raise HandoverError("No SSH connection")

    monkeypatch.setattr(client_address, "ssh_words", unreachable)
    assert seen_address(a_target()) is None
