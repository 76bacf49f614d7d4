"""A sandbox of the tests' own with one converged server in it, and how the tests look at it.

What is asserted is read by another way than the code under test took: OpenSSH's own client, HTTP.
"""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import testinfra

from contract.identity import lasting_host_key
from contract.target import PREFIX, Target
from sandbox.config import PROJECT_ROOT, SandboxConfig
from sandbox.interfaces import Hardware, MachineSpec
from sandbox.machines import daemon
from sandbox.machines.droplets import SNAPSHOT, Droplets
from sandbox.stack import owner
from settings.host import HostSettings, Secrets
from tests.e2e.visitor import Visitor

GOLDEN = "golden"
PYINFRA = [str(Path(sys.executable).with_name("pyinfra")), "-y", "inventories/stack.py", "deploy/site.py"]
SMALL = Hardware(memory_mb=1024, vcpus=1, disk_gb=25)
Done = subprocess.CompletedProcess[str]


@dataclass
class Server:
    """A converged droplet: how to reach it, and what it was converged to."""

    target: Target
    key: Path
    known_hosts: Path

    @property
    def url(self) -> str:
        return f"http://{self.target.address}:{self.target.settings.public_port}"

    @property
    def password(self) -> str:
        return self.target.secrets.password.get_secret_value()

    @property
    def owner(self) -> str:
        return self.target.settings.owner

    def with_settings(self, **changes: object) -> Target:
        """Its target, with other settings of the host."""
        settings = HostSettings.model_validate(self.target.settings.model_dump() | changes)
        return replace(self.target, settings=settings)

    def with_secrets(self, **changes: str) -> Target:
        return replace(self.target, secrets=Secrets.model_validate(self.target.secrets.model_dump() | changes))

    @property
    def state(self) -> Any:
        """What testinfra sees, as root."""
        options = f"-o UserKnownHostsFile={self.known_hosts} -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes"
        address = f"ssh://root@{self.target.address}"
        return testinfra.get_host(address, ssh_identity_file=str(self.key), ssh_extra_args=options)

    def ssh_words(self, user: str = "root") -> list[str]:
        options = (f"UserKnownHostsFile={self.known_hosts}", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes")
        words = ["ssh", "-i", str(self.key), *(word for option in options for word in ("-o", option))]
        return [*words, "-o", "LogLevel=ERROR", f"{user}@{self.target.address}"]

    def run(self, command: str, *, user: str = "root", timeout: float = 120) -> Done:
        words = [*self.ssh_words(user), command]
        return subprocess.run(words, capture_output=True, text=True, timeout=timeout, check=False)

    def ask(self, command: str, *, user: str = "root", timeout: float = 120) -> str:
        """What a command that must succeed says."""
        done = self.run(command, user=user, timeout=timeout)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def await_command(self, command: str, seconds: int = 60) -> None:
        """Until it succeeds there."""
        loop = f"until {{ {command}; }} >/dev/null 2>&1; do sleep 0.1; done"
        self.ask(f"timeout {seconds} sh -c {shlex.quote(loop)}", timeout=seconds + 30)

    def await_ssh(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while self.run("true", timeout=20).returncode != 0:
            assert time.monotonic() < deadline, f"no SSH at {self.target.address} within {seconds} s"
            time.sleep(0.2)


class World:
    """The sandbox that `environment` describes, run as its owner runs it."""

    def __init__(self, config: SandboxConfig, environment: Mapping[str, str]) -> None:
        self.config = config
        inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "JUPYTER_"))}
        self.environment = {
            **inherited,
            "JUPYTER_SANDBOX_NAME": config.name,
            "JUPYTER_SANDBOX_HOME": str(config.home),
            "JUPYTER_SANDBOX_SUBNET": str(config.subnet),
            "JUPYTER_SANDBOX_PORT": str(config.api_port),
            **environment,
        }
        self._copies = 0

    def sandbox(self, *words: str, timeout: float = 900, **variables: str) -> Done:
        """`python -m sandbox …`"""
        return self.run([sys.executable, "-m", "sandbox", *words], timeout=timeout, **variables)

    def run(self, words: list[str], *, timeout: float = 900, **variables: str) -> Done:
        return subprocess.run(
            words,
            cwd=PROJECT_ROOT,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def variables(self) -> dict[str, str]:
        """What `make env` prints, as a shell understands it."""
        printed = self.sandbox("env")
        assert printed.returncode == 0, printed.stderr
        shown = self.run(["sh", "-c", f"{printed.stdout}\nexec env -0"])
        return dict(entry.split("=", 1) for entry in shown.stdout.split("\0") if "=" in entry)

    def server(self, target: Target) -> Server:
        known_hosts = self.config.home / f"known_hosts-{target.address}"
        key = lasting_host_key(target.secrets.identity_seed.get_secret_value())
        known_hosts.write_text(f"{target.address} {key.public}\n")
        return Server(target, owner.ssh_key(self.config), known_hosts)

    def stack_server(self) -> Server:
        """The server that the stack made."""
        executed = self.sandbox("exec", "--", sys.executable, "-c", _PRINT_TARGET)
        assert executed.returncode == 0, executed.stderr
        return self.server(Target.from_environment(json.loads(executed.stdout)))

    @property
    def droplets(self) -> Droplets:
        return Droplets(self.config, daemon.ensure(self.config))

    def keep_golden(self, server: Server) -> None:
        """Remember the server as it is, for `copy`."""
        self.droplets.snapshot(int(server.target.droplet_id), GOLDEN)

    def copy(self, server: Server, hardware: Hardware = SMALL, *, ssh_delay: int = 0) -> Server:
        """A droplet of its own that is as the golden one was: to be changed, broken, thrown away.

        ssh_delay: for so many seconds SSH does not answer, and is not waited for. No cloud firewall stands before it.
        """
        self._copies += 1
        identifier = 9000 + self._copies
        address = self.config.subnet.network_address + 100 + self._copies
        spec = MachineSpec(
            id=identifier,
            hostname="copy",
            image=f"{SNAPSHOT}{GOLDEN}",
            hardware=hardware,
            address=address,
            ssh_delay=ssh_delay,
        )
        self.droplets.delete(identifier)
        self.droplets.create(spec)
        copied = self.server(replace(server.target, address=str(address), droplet_id=str(identifier)))
        if not ssh_delay:
            copied.await_ssh()
            Visitor(copied.url).await_login_page()
        return copied

    def discard(self, server: Server) -> None:
        self.droplets.delete(int(server.target.droplet_id))

    def converge(self, target: Target, *, timeout: float = 900) -> Done:
        """The deploy over this target, as `make converge` runs it."""
        return self.run(PYINFRA, timeout=timeout, **self.converge_environment(target))

    def converge_environment(self, target: Target) -> dict[str, str]:
        keys = {"JUPYTER_SSH_KEY": str(owner.ssh_key(self.config)), "JUPYTER_STATE": str(self.config.home / "state")}
        return keys | target.to_environment()

    def start_converge(self, target: Target, log: Path) -> subprocess.Popen[bytes]:
        """The same in the background. Whoever starts it ends it."""
        with log.open("w") as output:
            return subprocess.Popen(
                PYINFRA,
                cwd=PROJECT_ROOT,
                env=self.environment | self.converge_environment(target),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def changes(self, target: Target) -> list[str]:
        """The steps that changed something, of a converge that must succeed."""
        done = self.converge(target)
        assert done.returncode == 0 and "--> Results:" in done.stderr + done.stdout, done.stdout + done.stderr
        return changed_steps(done)


_PRINT_TARGET = """
import json, os
from contract.target import Target
from contract.stack_outputs import selected_target
target = Target.from_environment(os.environ) if Target.is_in(os.environ) else selected_target()
print(json.dumps(target.to_environment()))
"""


def changed_steps(done: Done) -> list[str]:
    """Names of the deploy's steps that changed something, from pyinfra's own words."""
    step, changed = "", []
    for line in (done.stdout + done.stderr).splitlines():
        if line.startswith("--> Starting operation: "):
            step = line.removeprefix("--> Starting operation: ").strip()
        elif line.rstrip().endswith("] Success"):
            changed.append(step)
    return changed


def answers(address: str, port: int, source: str) -> bool:
    """Whether a TCP connection is accepted, from that address of this machine."""
    try:
        # Long enough for a packet to be lost twice, and sent again.
        socket.create_connection((address, port), timeout=4, source_address=(source, 0)).close()
    except OSError:
        return False
    return True


def free_subnet(number: int) -> IPv4Network:
    """198.18.0.0/15 is set apart for tests of networks (RFC 2544)."""
    return IPv4Network(f"198.18.{number}.0/24")
