"""Cloud firewalls, enforced by the machine's nftables in one table named after the sandbox.

Traffic of a droplet passes one of three hooks: `forward` (the internet, other droplets:
see bridge.py), `output` (the machine to a droplet), `input` (a droplet to the machine).
"""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network

from sandbox.command import run, succeeds
from sandbox.config import SandboxConfig
from sandbox.interfaces import FirewallRules, Rule


class NftablesFirewall:
    """Implements `sandbox.interfaces.Firewall`."""

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config

    def apply(self, rules: Mapping[IPv4Address, FirewallRules]) -> None:
        run("nft", "-f", "-", stdin=render(self._config, rules), timeout=30)


def ensure(config: SandboxConfig) -> None:
    """The table, with no droplet filtered; one that is there keeps its rules."""
    if not succeeds("nft", "list", "table", "inet", config.bridge, timeout=30):
        NftablesFirewall(config).apply({})


def remove(config: SandboxConfig) -> None:
    succeeds("nft", "delete", "table", "inet", config.bridge, timeout=30)


def render(config: SandboxConfig, rules: Mapping[IPv4Address, FirewallRules]) -> str:
    """One nft transaction that replaces the sandbox's table."""
    bridge, subnet = config.bridge, config.subnet
    chains = [
        line
        for address, allowed in rules.items()
        for line in (
            *_chain(_name("in", address), allowed.inbound, "saddr"),
            *_chain(_name("out", address), allowed.outbound, "daddr"),
        )
    ]
    inbound = _verdicts("in", "daddr", rules)
    outbound = _verdicts("out", "saddr", rules)
    return f"""\
add table inet {bridge}
delete table inet {bridge}
table inet {bridge} {{
{_lines(chains)}
	chain to_droplet {{
		ct state established,related accept
		icmp type redirect drop
		meta nfproto ipv6 drop
{_lines(inbound)}
	}}
	chain from_droplet {{
		ip daddr 169.254.0.0/16 counter drop comment "metadata of the cloud that this machine may be in"
		ct state established,related accept
		meta nfproto ipv6 drop
{_lines(outbound)}
	}}
	chain input {{
		type filter hook input priority filter - 5;
		iifname "{bridge}" jump from_droplet
	}}
	chain output {{
		type filter hook output priority filter - 5;
		oifname "{bridge}" jump to_droplet
	}}
	chain forward {{
		type filter hook forward priority filter - 5;
		iifname "{bridge}" jump from_droplet
		oifname "{bridge}" jump to_droplet
	}}
	chain to_outside {{
		type nat hook postrouting priority srcnat;
		ip saddr {subnet} oifname != "{bridge}" masquerade
	}}
}}
"""


def _name(direction: str, address: IPv4Address) -> str:
    return f"{direction}_{str(address).replace('.', '_')}"


def _verdicts(direction: str, field: str, rules: Mapping[IPv4Address, FirewallRules]) -> list[str]:
    if not rules:
        return []
    entries = ", ".join(f"{address} : jump {_name(direction, address)}" for address in rules)
    return [f"\tip {field} vmap {{ {entries} }}"]


def _chain(name: str, allowed: Iterable[Rule], peer: str) -> list[str]:
    """A chain that returns for what is allowed and drops the rest."""
    statements = [statement for rule in allowed if (statement := _statement(rule, peer))]
    return [f"chain {name} {{", *(f"\t{statement}" for statement in statements), "\tdrop", "}"]


def _statement(rule: Rule, peer: str) -> str | None:
    networks = [str(network) for network in rule.networks if isinstance(network, IPv4Network)]
    if not networks:
        return None
    words = [] if "0.0.0.0/0" in networks else [f"ip {peer} {{ {', '.join(networks)} }}"]
    if rule.protocol == "icmp":
        words.append("meta l4proto icmp")
    elif rule.ports is None:
        words.append(f"meta l4proto {rule.protocol}")
    else:
        first, last = rule.ports
        words.append(f"{rule.protocol} dport {first}-{last}" if last != first else f"{rule.protocol} dport {first}")
    return " ".join([*words, "return"])


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(f"\t{line}" for line in lines)
