"""Cloud firewalls: what is filtered between machine, droplets and the outside."""

from ipaddress import IPv4Address, IPv4Network, IPv6Network

import pytest

from sandbox import host
from sandbox.command import CommandError, run
from sandbox.config import SandboxConfig
from sandbox.interfaces import FirewallRules, Rule
from sandbox.network import bridge
from sandbox.network.firewall import render
from tests.sandbox.droplet_bench import Bench, reaches

ANY = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
ALL_OUT = (Rule("tcp", None, ANY), Rule("udp", None, ANY), Rule("icmp", None, ANY))


def test_rules_become_chains_that_end_in_drop(plain_config: SandboxConfig) -> None:
    office = (IPv4Network("192.0.2.0/28"), IPv6Network("2001:db8::/32"))
    inbound = (Rule("tcp", (22, 22), office), Rule("udp", (60000, 61000), ANY), Rule("icmp", None, ANY))
    text = render(plain_config, {IPv4Address("198.51.100.9"): FirewallRules(inbound, ())})
    lines = [line.strip() for line in text.splitlines()]
    start = lines.index("chain in_198_51_100_9 {")
    assert lines[start + 1 : start + 6] == [
        "ip saddr { 192.0.2.0/28 } tcp dport 22 return",
        "udp dport 60000-61000 return",
        "meta l4proto icmp return",
        "drop",
        "}",
    ]
    start = lines.index("chain out_198_51_100_9 {")
    assert lines[start + 1] == "drop"


def test_peers_in_ipv6_only_open_nothing_in_ipv4(plain_config: SandboxConfig) -> None:
    inbound = (Rule("tcp", (22, 22), (IPv6Network("::/0"),)),)
    text = render(plain_config, {IPv4Address("198.51.100.9"): FirewallRules(inbound, ())})
    assert "dport 22" not in text


@pytest.mark.sandbox
def test_a_firewall_filters_by_source_port_and_direction(bench: Bench) -> None:
    owner, stranger = bench.config.subnet[250], bench.config.subnet[251]
    for address in (owner, stranger):
        bridge.add_address(bench.config, address)
    first, second, third = (bench.boot(number) for number in (1, 2, 3))
    for number in (1, 2, 3):
        bench.ask(number, "for port in 8888 9000; do systemd-run -q python3 -m http.server $port; done; sleep 1")
    assert reaches(first, 9000) and between(bench, 1, second, 9000)

    here = (IPv4Network(owner), IPv4Network(bench.config.gateway))
    bench.host.firewall.apply(
        {
            first: FirewallRules((Rule("tcp", (22, 22), here), Rule("tcp", (8888, 8890), ANY)), ALL_OUT),
            second: FirewallRules(
                (Rule("tcp", (22, 22), ANY), Rule("tcp", (9000, 9000), (IPv4Network(first),))),
                (Rule("tcp", (8888, 8888), ANY),),
            ),
        }
    )
    assert reaches(first, 22, owner) and not reaches(first, 22, stranger)
    assert reaches(first, 8888, stranger) and not reaches(first, 9000, owner)
    # Between droplets: what one lets out and the other lets in.
    assert between(bench, 1, second, 9000) and not between(bench, 3, second, 9000)
    assert between(bench, 2, first, 8888) and not between(bench, 2, third, 9000)
    assert not between(bench, 3, first, 22) and between(bench, 1, third, 9000)
    # To the machine itself: the name server.
    gateway = bench.config.gateway
    assert between(bench, 1, gateway, 53) and not between(bench, 2, gateway, 53)

    bench.host.firewall.apply({})
    assert reaches(first, 9000, stranger) and between(bench, 2, gateway, 53)


@pytest.mark.sandbox
def test_rules_stay_in_force_while_the_sandbox_starts_again(bench: Bench) -> None:
    first = bench.boot(1)
    bench.host.firewall.apply({first: FirewallRules((), ())})
    bench.host.close()
    bench.host = host.start(bench.config)
    assert not reaches(first, 22)


@pytest.mark.sandbox
def test_a_rule_set_that_nft_refuses_changes_nothing(bench: Bench) -> None:
    before = run("nft", "list", "table", "inet", bench.config.bridge, timeout=10)
    with pytest.raises(CommandError, match="nft"):
        bench.host.firewall.apply({IPv4Address("198.18.200.9"): FirewallRules((Rule("tcp", (9, 5), ANY),), ())})
    assert run("nft", "list", "table", "inet", bench.config.bridge, timeout=10) == before


def between(bench: Bench, number: int, address: IPv4Address, port: int) -> bool:
    program = f"import socket; socket.create_connection(('{address}', {port}), 1.5)"
    return inside(bench, number, f'python3 -c "{program}"')


def inside(bench: Bench, number: int, command: str) -> bool:
    """Run in the droplet without SSH, which may be filtered."""
    instance = bench.host.machines._instance(number)
    return bool(instance.execute(["sh", "-c", command]).exit_code == 0)
