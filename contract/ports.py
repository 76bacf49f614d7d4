"""The one table of ports: cloud firewall, ufw and the check are made from it, so they cannot disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SSH_PORT = 22
EVERYWHERE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True)
class Port:
    """A port that answers from outside.

    narrowed: whether the owner's `allowed_addresses` apply to it at all.
    host_narrows: whether ufw narrows it too. Where there is a cloud firewall, that alone narrows
        SSH: an allow-list on the host that shuts its owner out could never be converged again.
    """

    name: str
    number: int
    protocol: Literal["tcp", "udp"]
    narrowed: bool
    host_narrows: bool
    why: str


def port_table(public_port: int, *, cloud_firewall: bool) -> tuple[Port, ...]:
    """The ports that are open, in the order in which they are shown."""
    return (
        Port(
            name="ssh",
            number=SSH_PORT,
            protocol="tcp",
            narrowed=True,
            host_narrows=not cloud_firewall,
            why="converging, tunnels, the owner's shell; by key only",
        ),
        Port(
            name="jupyter",
            number=public_port,
            protocol="tcp",
            narrowed=True,
            host_narrows=True,
            why="the login page and behind it Jupyter",
        ),
    )


def sources(port: Port, allowed_addresses: Sequence[str]) -> tuple[str, ...]:
    """Networks (CIDR) that may reach the port at the outermost firewall."""
    return tuple(allowed_addresses) if port.narrowed and allowed_addresses else EVERYWHERE


def host_sources(port: Port, allowed_addresses: Sequence[str]) -> tuple[str, ...]:
    """Networks (CIDR) that ufw lets reach the port."""
    return sources(port, allowed_addresses) if port.host_narrows else EVERYWHERE
