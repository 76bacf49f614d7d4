"""The droplets' network: a bridge that bears the sandbox's name, and the machine's own address on it.

Droplets are isolated ports of the bridge, so that what one sends to another passes
the machine's routing, where the firewall sees it; `proxy_arp_pvlan` makes that work.
"""

import json
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, ip_network
from pathlib import Path

from sandbox.command import CommandError, run, succeeds
from sandbox.config import SandboxConfig, SandboxError

_OWNER = "jupyter-anywhere: "  # in the bridge's alias, before the path of the cache


def ensure(config: SandboxConfig) -> None:
    """The bridge, up and with its address. SandboxError when the subnet is somebody else's."""
    check(config)
    bridge = config.bridge
    if not _folder(bridge).exists():
        run("ip", "link", "add", bridge, "type", "bridge", "forward_delay", "0", timeout=10)
    # Of its own accord it takes over the lowest of its droplets' addresses: with each that comes or
    # goes the others would lose the machine, until they ask anew a good while later.
    run("ip", "link", "set", bridge, "address", _hardware_address(config), timeout=10)
    run("ip", "link", "set", bridge, "alias", _owner(config), timeout=10)
    run("ip", "link", "set", bridge, "up", timeout=10)
    _drop_strange_addresses(config)
    add_address(config, config.gateway)
    _set(f"net/ipv4/conf/{bridge}/proxy_arp_pvlan", 1)
    _set(f"net/ipv6/conf/{bridge}/disable_ipv6", 1)
    _set("net/ipv4/ip_forward", 1)


def add_address(config: SandboxConfig, address: IPv4Address) -> None:
    """Let the machine have one more address among the droplets: a stranger's, say, to connect from."""
    run("ip", "address", "replace", f"{address}/{config.subnet.prefixlen}", "dev", config.bridge, timeout=10)


def remove(config: SandboxConfig) -> None:
    succeeds("ip", "link", "delete", config.bridge, timeout=10)


def cache_of(config: SandboxConfig) -> Path | None:
    """The cache of the sandbox that the bridge of this name was made by; None if there is no bridge."""
    owner = _alias(_folder(config.bridge))
    return Path(owner.removeprefix(_OWNER)) if owner.startswith(_OWNER) else None


def others(config: SandboxConfig) -> list[str]:
    """Bridges of other sandboxes whose droplets are with the same daemon."""
    return [
        folder.name
        for folder in Path("/sys/class/net").glob("ja-*")
        if folder.name != config.bridge and _alias(folder) == _owner(config)
    ]


def check(config: SandboxConfig) -> None:
    """SandboxError when the subnet is in use on this machine, or is where a server it needs is."""
    if config.subnet.overlaps(IPv4Network("169.254.0.0/16")):
        raise _taken(config, "holds the metadata address of clouds")
    for route in json.loads(run("ip", "-j", "-4", "route", "show", "table", "all", timeout=10) or "[]"):
        if route["dst"] == "default" or route.get("dev") == config.bridge:
            continue
        if config.subnet.overlaps(ip_network(route["dst"], strict=False)):
            raise _taken(config, f"is in use on this machine (route {route['dst']} by {route.get('dev', '?')})")


def check_names(config: SandboxConfig, names: set[str]) -> None:
    """SandboxError when a server that droplets need has an address in the subnet."""
    for name in sorted(names):
        try:
            lines = run("getent", "ahostsv4", name, timeout=3).splitlines()
        except CommandError:
            continue  # no such name here; droplets will say so when they need it
        for address in {IPv4Address(line.split()[0]) for line in lines}:
            if address in config.subnet:
                raise _taken(config, f"holds {name} ({address})")


def _drop_strange_addresses(config: SandboxConfig) -> None:
    """A killed sandbox of this name may have had another subnet."""
    for link in json.loads(run("ip", "-j", "-4", "address", "show", "dev", config.bridge, timeout=10)):
        for address in link.get("addr_info", []):
            if IPv4Address(address["local"]) not in config.subnet:
                whole = f"{address['local']}/{address['prefixlen']}"
                run("ip", "address", "delete", whole, "dev", config.bridge, timeout=10)


def _taken(config: SandboxConfig, reason: str) -> SandboxError:
    return SandboxError(
        f"The sandbox's network {config.subnet} {reason}.\n"
        "Choose another one: export JUPYTER_SANDBOX_SUBNET=198.18.77.0/24"
    )


def _hardware_address(config: SandboxConfig) -> str:
    """Of those that anyone may give out (the second bit is set), the same for the same name."""
    return ":".join(["02", *(f"{byte:02x}" for byte in sha256(config.name.encode()).digest()[:5])])


def _owner(config: SandboxConfig) -> str:
    return f"{_OWNER}{config.cache}"


def _alias(folder: Path) -> str:
    try:
        return (folder / "ifalias").read_text().strip()
    except OSError:
        return ""


def _folder(bridge: str) -> Path:
    return Path("/sys/class/net") / bridge


def _set(name: str, value: int) -> None:
    path = Path("/proc/sys") / name
    if path.exists():
        path.write_text(str(value))
