"""Any Debian server by its address: no cloud stack, no engine, its own host key, first boot still under way."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from check.ssh import wait_for_banner
from contract.target import Target
from sandbox.config import PROJECT_ROOT
from sandbox.interfaces import MachineSpec
from sandbox.stack import owner as sandbox_owner
from settings.host import HostSettings, Secrets
from tests.e2e.visitor import Visitor
from tests.e2e.world import SMALL, Done, Server, World, answers, changed_steps

pytestmark = pytest.mark.sandbox

IDENTIFIER = 8999
HOST_KEY = "/etc/ssh/ssh_host_ed25519_key.pub"
"""The server's own files, whose content a converge of a server that no stack made leaves alone."""


@dataclass
class Person:
    """Somebody with a server, and its YAML file in a home of their own."""

    folder: Path
    target: Target

    @property
    def known_hosts(self) -> Path:
        return self.folder / ".ssh" / "known_hosts"


def converge(folder: Path) -> Done:
    """With `server.yaml` of a folder that is home as well, and no engine on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    assert shutil.which("pulumi", path=path) is None
    return subprocess.run(
        ["pyinfra", "-y", "inventories/server.py", "deploy/site.py"],
        cwd=PROJECT_ROOT,
        env={"PATH": path, "HOME": str(folder), "JUPYTER_SERVER": str(folder / "server.yaml")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def settings(world: World, server: Server) -> dict[str, object]:
    installer = server.target.settings.installer
    return {
        "address": str(world.config.subnet.network_address + 99),
        "ssh_key": str(sandbox_owner.ssh_key(world.config)),
        "secrets_file": "secrets.yaml",
        "owner": "ada",
        "ssh_public_keys": [f"{sandbox_owner.ssh_key(world.config)}.pub"],
        "public_port": 9000,
        "allowed_addresses": [f"{world.config.gateway}/32"],
        "python_distribution": "custom",
        "installer_version": installer.version,
        "installer_url": installer.url,
        "installer_sha256": installer.sha256,
    }


@pytest.fixture(scope="module")
def person(
    world: World, server: Server, settings: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Person]:
    """Their server has just been started: SSH is late, and apt is locked by the first boot's own upgrade."""
    folder = tmp_path_factory.mktemp("person")
    (folder / ".ssh").mkdir(mode=0o700)
    (folder / "server.yaml").write_text(yaml.safe_dump(settings))
    own = {"identity_seed": secrets.token_hex(32), "password": secrets.token_urlsafe(18)}
    (folder / "secrets.yaml").write_text(yaml.safe_dump(own))
    host = HostSettings.model_validate({key: settings[key] for key in settings.keys() & HostSettings.model_fields})
    target = Target(str(settings["address"]), "", "", False, host, Secrets.model_validate(own))
    address = world.config.subnet.network_address + 99
    spec = MachineSpec(
        id=IDENTIFIER,
        hostname="plain",
        image="debian-12-x64",
        hardware=replace(SMALL, vcpus=2),
        address=address,
        root_keys=target.settings.ssh_public_keys,
        ssh_delay=5,
        apt_lock=30,
    )
    world.droplets.delete(IDENTIFIER)
    world.droplets.create(spec)
    try:
        wait_for_banner(str(address), 90)
        made = Person(folder, target)
        words = ["ssh-keyscan", "-t", "ed25519", str(address)]
        made.known_hosts.write_bytes(subprocess.run(words, capture_output=True, timeout=30, check=True).stdout)
        yield made
    finally:
        world.droplets.delete(IDENTIFIER)


@pytest.fixture(scope="module")
def converged(world: World, person: Person) -> Server:
    """Converged under the first boot's lock."""
    made = Server(person.target, sandbox_owner.ssh_key(world.config), person.known_hosts)
    before = made.ask(f"cat {HOST_KEY}")
    assert made.ask("systemctl is-active first-boot-upgrade || true") == "active", "apt was to be locked"
    done = converge(person.folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert changed_steps(done)
    assert made.ask(f"cat {HOST_KEY}") == before
    return made


def test_it_becomes_what_the_file_says(converged: Server, world: World, stranger: str) -> None:
    ada = Visitor(converged.url)
    assert converged.url.endswith(":9000") and not Visitor(converged.url).log_in("")
    assert ada.log_in(converged.password)
    assert ada.kernel().run("import getpass, sys; print(getpass.getuser(), sys.prefix)") == (
        f"ada /opt/conda/{converged.target.settings.installer_version}"
    )
    # No cloud firewall stands before it, so the host narrows SSH as well.
    for port in (22, 9000):
        assert answers(converged.target.address, port, str(world.config.gateway))
        assert not answers(converged.target.address, port, stranger)


def test_its_own_host_keys_stay(converged: Server) -> None:
    kinds = converged.ask("ls /etc/ssh/ssh_host_*_key").split()
    assert len(kinds) > 1  # a stack's droplet has the one that derives from its seed
    assert converged.ask("id -un") == "root"  # with the key that was known before, checked strictly


def test_the_second_run_changes_nothing(person: Person, converged: Server) -> None:
    pid = converged.ask("systemctl show --property MainPID --value jupyter")
    done = converge(person.folder)
    assert done.returncode == 0 and "--> Results:" in done.stderr + done.stdout
    assert changed_steps(done) == []
    assert converged.ask("systemctl show --property MainPID --value jupyter") == pid


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("owner: root", "`owner`: 'root' is a system user; choose a name of your own."),
        ("publik_port: 9000", "there is no setting `publik_port`; docs/reference/settings.md lists them all."),
        ("public_port: [9000", "is no YAML in line"),
        ("password: hunter2hunter2", "`password` stands here, and `secrets_file` names another file."),
    ],
)
def test_a_fault_in_the_file_is_told_in_one_line(
    settings: dict[str, object], tmp_path: Path, change: str, says: str
) -> None:
    (tmp_path / "server.yaml").write_text(yaml.safe_dump(settings) + change + "\n")
    (tmp_path / "secrets.yaml").write_text(yaml.safe_dump({"identity_seed": "0" * 32, "password": "0" * 14}))
    done = converge(tmp_path)
    assert done.returncode != 0
    lines = [line for line in (done.stdout + done.stderr).splitlines() if "server.yaml" in line]
    assert len(lines) == 1 and says in lines[0]
    assert "Traceback" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr
