"""A subnet that is not free."""

import json
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from sandbox.command import CommandError
from sandbox.config import SandboxConfig, SandboxError
from sandbox.network import bridge
from tests.sandbox.droplet_bench import Bench


def with_routes(monkeypatch: pytest.MonkeyPatch, *routes: dict[str, str]) -> None:
    monkeypatch.setattr(bridge, "run", lambda *_, **__: json.dumps(routes))


@pytest.mark.parametrize(
    ("route", "free"),
    [
        ({"dst": "default", "dev": "eth0"}, True),
        ({"dst": "198.51.0.0/16", "dev": "tun0"}, False),
        ({"dst": "198.51.100.7", "dev": "tun0"}, False),
        ({"dst": "198.51.101.0/24", "dev": "eth0"}, True),
        ({"dst": "198.51.100.0/24", "dev": "ja-plain"}, True),
        ({"dst": "198.51.100.0/24", "dev": "ja-other"}, False),
    ],
)
def test_a_route_into_it(
    plain_config: SandboxConfig, monkeypatch: pytest.MonkeyPatch, route: dict[str, str], free: bool
) -> None:
    with_routes(monkeypatch, route)
    if free:
        bridge.check(plain_config)
    else:
        with pytest.raises(SandboxError, match="JUPYTER_SANDBOX_SUBNET"):
            bridge.check(plain_config)


def test_the_metadata_address_is_never_ours(plain_config: SandboxConfig) -> None:
    config = SandboxConfig(name="plain", subnet=IPv4Network("169.254.169.0/24"))
    with pytest.raises(SandboxError, match="metadata"):
        bridge.check(config)


def test_a_server_that_is_needed_in_it(plain_config: SandboxConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "run", lambda *_, **__: "198.51.100.80 STREAM packages.example\n198.51.100.80 DGRAM\n")
    with pytest.raises(SandboxError, match=r"holds packages.example \(198.51.100.80\)"):
        bridge.check_names(plain_config, {"packages.example"})


def test_a_server_without_an_address_is_no_collision(
    plain_config: SandboxConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*words: str, **_: object) -> str:
        raise CommandError(words, "ended with 2.")

    monkeypatch.setattr(bridge, "run", unknown)
    bridge.check_names(plain_config, {"packages.example"})


@pytest.mark.sandbox
def test_the_machine_keeps_its_hardware_address_when_droplets_come_and_go(bench: Bench) -> None:
    """Else those that stay lose it for seconds: they send to the address that they remember."""
    shown = Path(f"/sys/class/net/{bench.config.bridge}/address")
    alone = shown.read_text()
    bench.boot(1)
    assert shown.read_text() == alone
    bench.clear()
    assert shown.read_text() == alone
