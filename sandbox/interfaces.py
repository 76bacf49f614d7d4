"""What the API asks of the machine underneath: droplets that boot, a firewall, names.

The API knows these and nothing of LXD or nftables, so it can be tested without root.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import Literal, Protocol

PowerState = Literal["active", "off", "missing"]


@dataclass(frozen=True)
class Hardware:
    """What a size buys: memory in MiB, processors, disk in GiB."""

    memory_mb: int
    vcpus: int
    disk_gb: int


@dataclass(frozen=True)
class MachineSpec:
    """A droplet to be booted.

    id: the droplet's number in the API; machine names are derived from it.
    image: a slug of `Machines.images()`, or snapshot:NAME for one that was taken here.
    root_keys: OpenSSH public keys that root accepts from the first boot.
    user_data: cloud-init user data, passed on as it is ("" for none).
    ssh_delay, apt_lock: faults on request, in seconds from the first boot: how long SSH does not
    answer, how long apt's lock is held.
    """

    id: int
    hostname: str
    image: str
    hardware: Hardware
    address: IPv4Address
    user_data: str = ""
    root_keys: tuple[str, ...] = ()
    ssh_delay: int = 0
    apt_lock: int = 0


class Machines(Protocol):
    """Droplets by id. Every call returns when done (power_on: when started, not when booted)."""

    def images(self) -> Iterable[str]:
        """The image slugs that can be booted here."""

    def create(self, spec: MachineSpec) -> None:
        """Make and start it. Idempotent: one of that id that is half made is made anew."""

    def state(self, droplet_id: int) -> PowerState: ...

    def power_on(self, droplet_id: int) -> None: ...

    def power_off(self, droplet_id: int) -> None:
        """Pull the plug."""

    def shutdown(self, droplet_id: int) -> None:
        """Ask it to stop; after 60 s pull the plug."""

    def reboot(self, droplet_id: int) -> None: ...

    def resize(self, droplet_id: int, hardware: Hardware) -> None:
        """New limits, in force at the next power_on."""

    def rename(self, droplet_id: int, hostname: str) -> None: ...

    def delete(self, droplet_id: int) -> None:
        """Gone, with its disk. Not an error when it is gone already."""


@dataclass(frozen=True)
class Rule:
    """One allowed flow. ports: None for all, else (first, last). networks: peers it applies to."""

    protocol: Literal["tcp", "udp", "icmp"]
    ports: tuple[int, int] | None
    networks: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True)
class FirewallRules:
    """What a cloud firewall lets in and out of a droplet; everything else is dropped."""

    inbound: tuple[Rule, ...]
    outbound: tuple[Rule, ...]


class Firewall(Protocol):
    def apply(self, rules: Mapping[IPv4Address, FirewallRules]) -> None:
        """From now on exactly these hold; a droplet that is not in `rules` is not filtered.

        Atomic: at no time is a droplet in `rules` unfiltered. Replies to allowed flows pass.
        """


@dataclass(frozen=True)
class DnsRecord:
    """name: fully qualified, no trailing dot. type: A, AAAA, CNAME, TXT, MX, NS, CAA or SRV.

    data: as in a zone file (with preference, flags and the like where the type has them).
    """

    name: str
    type: str
    data: str
    ttl: int


class Names(Protocol):
    def serve(self, zones: Mapping[str, Iterable[DnsRecord]]) -> None:
        """From now on answer for exactly these zones (by domain name)."""
