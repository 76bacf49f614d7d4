"""Where one sandbox lives and what it may call its own.

Everything a sandbox makes on the machine bears `name`, so that two of them (a
person's and the tests') run side by side and leftovers can be told apart.
"""

import ipaddress
import os
import re
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class SandboxError(Exception):
    """Something its owner can mend: one or two lines, the last says how."""


def _cache_directory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "jupyter-anywhere"


@dataclass(frozen=True)
class SandboxConfig:
    """One sandbox.

    name: at most 10 of [a-z0-9], it becomes part of interface names (15 bytes at most).
    home: state, keys, logs of this sandbox; removed by `down`.
    cache: what is worth keeping between sandboxes (the droplets' image); kept by `down`.
    subnet: the droplets' network, /24; its first address is the machine's own on the bridge.
    api_port: TCP port of the API, on 127.0.0.1 only.
    """

    name: str = "sandbox"
    home: Path = PROJECT_ROOT / ".sandbox"
    cache: Path = field(default_factory=_cache_directory)
    subnet: IPv4Network = IPv4Network("198.51.100.0/24")
    api_port: int = 8642

    @property
    def gateway(self) -> IPv4Address:
        """The machine's own address on the bridge: droplets find DNS and installers there."""
        return self.subnet.network_address + 1

    @property
    def bridge(self) -> str:
        return f"ja-{self.name}"

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @classmethod
    def from_environment(cls) -> "SandboxConfig":
        """The sandbox that JUPYTER_SANDBOX_{NAME,HOME,SUBNET,PORT} describe; the default without them.

        Raises SandboxError for a value that cannot be used.
        """
        environment, default = os.environ, cls()
        name = environment.get("JUPYTER_SANDBOX_NAME", default.name)
        if not re.fullmatch(r"[a-z][a-z0-9]{0,9}", name):
            raise SandboxError(f"JUPYTER_SANDBOX_NAME is {name!r}: allowed are 1 to 10 of a-z and 0-9, a letter first.")
        subnet_text = environment.get("JUPYTER_SANDBOX_SUBNET", str(default.subnet))
        try:
            subnet = ipaddress.IPv4Network(subnet_text)
        except ValueError:
            subnet = None
        if subnet is None or subnet.prefixlen != 24:
            raise SandboxError(
                f"JUPYTER_SANDBOX_SUBNET is {subnet_text!r}: allowed is an IPv4 network like {default.subnet}."
            )
        port_text = environment.get("JUPYTER_SANDBOX_PORT", str(default.api_port))
        if not port_text.isdecimal() or not 1024 <= int(port_text) <= 65535:
            raise SandboxError(f"JUPYTER_SANDBOX_PORT is {port_text!r}: allowed is 1024 to 65535.")
        home = Path(environment.get("JUPYTER_SANDBOX_HOME", default.home)).absolute()
        return cls(name=name, home=home, subnet=subnet, api_port=int(port_text))
