"""Machines, filters and names in memory, for tests of the API and for nothing else."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Address

from sandbox.interfaces import DnsRecord, FirewallRules, Hardware, MachineSpec, PowerState


class MemoryMachines:
    """Boots nothing. `calls`: what was asked, in order. `broken`: the methods that fail.
    `held`: cleared, it stops every change until it is set again."""

    def __init__(self) -> None:
        self.specs: dict[int, MachineSpec] = {}
        self.running: dict[int, bool] = {}
        self.calls: list[tuple[object, ...]] = []
        self.broken: set[str] = set()
        self.held = threading.Event()
        self.held.set()
        self.killed = False

    def kill(self) -> "MemoryMachines":
        """End the calls that are held, as the end of their process would, and go on as another."""
        successor = MemoryMachines()
        successor.specs, successor.running = self.specs, self.running
        self.killed = True
        self.held.set()
        return successor

    def _called(self, method: str, *arguments: object) -> None:
        self.held.wait(30)
        if self.killed:
            raise SystemExit
        self.calls.append((method, *arguments))
        if method in self.broken:
            raise RuntimeError(f"{method} is broken")

    def images(self) -> Iterable[str]:
        return ["debian-12-x64", "ubuntu-24-04-x64"]

    def create(self, spec: MachineSpec) -> None:
        self._called("create", spec.id)
        self.specs[spec.id] = spec
        self.running[spec.id] = True

    def state(self, droplet_id: int) -> PowerState:
        if droplet_id not in self.running:
            return "missing"
        return "active" if self.running[droplet_id] else "off"

    def power_on(self, droplet_id: int) -> None:
        self._called("power_on", droplet_id)
        self.running[droplet_id] = True

    def power_off(self, droplet_id: int) -> None:
        self._called("power_off", droplet_id)
        self.running[droplet_id] = False

    def shutdown(self, droplet_id: int) -> None:
        self._called("shutdown", droplet_id)
        self.running[droplet_id] = False

    def reboot(self, droplet_id: int) -> None:
        self._called("reboot", droplet_id)

    def resize(self, droplet_id: int, hardware: Hardware) -> None:
        self._called("resize", droplet_id, hardware)
        self.specs[droplet_id] = replace(self.specs[droplet_id], hardware=hardware)

    def rename(self, droplet_id: int, hostname: str) -> None:
        self._called("rename", droplet_id, hostname)

    def delete(self, droplet_id: int) -> None:
        self._called("delete", droplet_id)
        self.specs.pop(droplet_id, None)
        self.running.pop(droplet_id, None)


class MemoryFirewall:
    """Filters nothing. `rules`: those that hold. `broken`: whether applying them fails."""

    def __init__(self) -> None:
        self.rules: Mapping[IPv4Address, FirewallRules] = {}
        self.broken = False

    def apply(self, rules: Mapping[IPv4Address, FirewallRules]) -> None:
        if self.broken:
            raise RuntimeError("nft is broken")
        self.rules = rules


class MemoryNames:
    """Answers nobody. `zones`: those that would be answered."""

    def __init__(self) -> None:
        self.zones: Mapping[str, Iterable[DnsRecord]] = {}

    def serve(self, zones: Mapping[str, Iterable[DnsRecord]]) -> None:
        self.zones = zones
