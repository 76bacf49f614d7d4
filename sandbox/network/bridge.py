"""The droplets' network: a bridge that bears the sandbox's name, and the machine's own address on it.

Droplets are isolated ports of the bridge, so that what one sends to another passes
the machine's routing, where the firewall sees it; `proxy_arp_pvlan` makes that work.
"""

from pathlib import Path

from sandbox.command import run, succeeds
from sandbox.config import SandboxConfig


def ensure(config: SandboxConfig) -> None:
    bridge = config.bridge
    if not exists(config):
        run("ip", "link", "add", bridge, "type", "bridge", "forward_delay", "0", timeout=10)
    run("ip", "link", "set", bridge, "up", timeout=10)
    run("ip", "address", "replace", f"{config.gateway}/{config.subnet.prefixlen}", "dev", bridge, timeout=10)
    _set(f"net/ipv4/conf/{bridge}/proxy_arp_pvlan", 1)
    _set(f"net/ipv6/conf/{bridge}/disable_ipv6", 1)
    _set("net/ipv4/ip_forward", 1)


def exists(config: SandboxConfig) -> bool:
    return Path(f"/sys/class/net/{config.bridge}").exists()


def remove(config: SandboxConfig) -> None:
    succeeds("ip", "link", "delete", config.bridge, timeout=10)


def _set(name: str, value: int) -> None:
    path = Path("/proc/sys") / name
    if path.exists():
        path.write_text(str(value))
