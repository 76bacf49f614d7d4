"""A sandbox of the tests' own, and how they look into its droplets."""

import socket
import subprocess
import time
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from sandbox import host
from sandbox.config import SandboxConfig
from sandbox.interfaces import Hardware, MachineSpec

SMALL = Hardware(memory_mb=512, vcpus=1, disk_gb=10)
IMAGE = "debian-12-x64"
ROOT_SECONDS = 60


@dataclass
class Bench:
    """`key` is root's private key; the public one lies beside it."""

    config: SandboxConfig
    key: Path
    host: host.Host
    _made: list[int] = field(default_factory=list)

    def address(self, number: int) -> IPv4Address:
        return self.config.subnet.network_address + 10 + number

    def spec(self, number: int, **changes: object) -> MachineSpec:
        given: dict[str, object] = {
            "id": number,
            "hostname": f"box{number}",
            "image": IMAGE,
            "hardware": SMALL,
            "address": self.address(number),
            "root_keys": (public_key(self.key),),
        }
        return MachineSpec(**{**given, **changes})  # type: ignore[arg-type]

    def boot(self, number: int, **changes: object) -> IPv4Address:
        """A new droplet that answers SSH."""
        self._made.append(number)
        self.host.machines.create(self.spec(number, **changes))
        self.await_ssh(number)
        return self.address(number)

    def await_ssh(self, number: int) -> float:
        """Seconds until SSH answered."""
        started = time.monotonic()
        while time.monotonic() - started < ROOT_SECONDS:
            try:
                with socket.create_connection((str(self.address(number)), 22), timeout=1) as connection:
                    if connection.recv(4) == b"SSH-":
                        return time.monotonic() - started
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"no SSH on {self.address(number)} within {ROOT_SECONDS} s")

    def ask(self, number: int, command: str, known_hosts: Path = Path("/dev/null")) -> str:
        """What a command run by root in a droplet says; it must succeed."""
        done = self.try_to(number, command, known_hosts)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def try_to(
        self, number: int, command: str, known_hosts: Path = Path("/dev/null")
    ) -> subprocess.CompletedProcess[str]:
        strict = "no" if known_hosts == Path("/dev/null") else "yes"
        options = [f"StrictHostKeyChecking={strict}", f"UserKnownHostsFile={known_hosts}", "LogLevel=ERROR"]
        words = ["ssh", "-i", str(self.key), *(word for option in options for word in ("-o", option))]
        words += [f"root@{self.address(number)}", command]
        return subprocess.run(words, capture_output=True, text=True, timeout=120)

    def clear(self) -> None:
        while self._made:
            self.host.machines.delete(self._made.pop())
        self.host.firewall.apply({})
        self.host.names.serve({})


def make_key(folder: Path, name: str = "key") -> Path:
    key = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True, timeout=20)
    return key


def public_key(key: Path) -> str:
    return key.with_name(f"{key.name}.pub").read_text().strip()


def reaches(address: IPv4Address, port: int, source: IPv4Address | None = None) -> bool:
    """Whether the machine, from one of its addresses, opens a TCP connection within 1.5 s."""
    origin = (str(source), 0) if source else None
    try:
        socket.create_connection((str(address), port), timeout=1.5, source_address=origin).close()
    except OSError:
        return False
    return True
