"""A way for the droplets' traffic through the machine's own firewall, where that drops what it does not know.

Docker sets iptables' FORWARD policy to DROP, ufw INPUT's too; droplets would be without
network. What droplets may do is decided in firewall.py all the same.
"""

from pathlib import Path

from sandbox.command import CommandError, run, succeeds
from sandbox.config import SandboxConfig

_WAYS = (("INPUT", "-i"), ("FORWARD", "-i"), ("FORWARD", "-o"))


def ensure(config: SandboxConfig) -> None:
    closed = _closed_chains()
    for chain, direction in _WAYS:
        rule = (chain, direction, config.bridge, "-j", "ACCEPT")
        if chain in closed and not succeeds("iptables", "-w", "-C", *rule, timeout=20):
            run("iptables", "-w", "-I", *rule, timeout=20)


def remove(config: SandboxConfig) -> None:
    if not _in_use():
        return
    for chain, direction in _WAYS:
        succeeds("iptables", "-w", "-D", chain, direction, config.bridge, "-j", "ACCEPT", timeout=20)


def _closed_chains() -> set[str]:
    if not _in_use():
        return set()
    try:
        lines = run("iptables", "-w", "-S", timeout=20).splitlines()
    except CommandError:
        return set()
    return {line.split()[1] for line in lines if line.startswith("-P") and line.endswith("DROP")}


def _in_use() -> bool:
    """Whether there are iptables rules at all: asking iptables itself could make its tables."""
    legacy = Path("/proc/net/ip_tables_names")
    try:
        if "filter" in legacy.read_text().split():
            return True
        return "table ip filter" in run("nft", "list", "tables", timeout=20)
    except (OSError, CommandError):
        return False
