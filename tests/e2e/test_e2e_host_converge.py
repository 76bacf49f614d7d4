"""Converged again: nothing happens without a reason, what was changed is done and outlives a reboot.

A run that is killed is made good by the next, which waits for what it left running on the host.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from contract import paths
from tests.e2e.visitor import Visitor
from tests.e2e.world import Server, World, answers

pytestmark = pytest.mark.sandbox

NEW_PORT = 9443
WAITED = "Readiness | Wait for the first boot, and for what an interrupted run left running"


def main_pid(box: Server) -> str:
    return box.ask("systemctl show --property MainPID --value jupyter")


def visitor(box: Server) -> Visitor:
    made = Visitor(box.url)
    assert made.log_in(box.password)
    return made


@pytest.fixture
def database(world: World) -> Iterator[socket.socket]:
    """Something that listens on the gateway, where PostgreSQL would."""
    with socket.create_server((str(world.config.gateway), 5432)) as listening:
        yield listening


def outgoing(box: Server, address: str, port: int) -> str:
    """`open`, or the error that the owner gets who connects from the server."""
    program = f"""
import socket
try:
    socket.create_connection(("{address}", {port}), timeout=3)
    print("open")
except OSError as error:
    print(type(error).__name__)
"""
    return box.ask(f"python3 -c '{program}'", user=box.owner)


def test_nothing_changes_and_kernels_live_on(world: World, box: Server) -> None:
    kernel = visitor(box).kernel()
    kernel.run("kept = 41")
    pid = main_pid(box)
    assert world.changes(box.target) == []
    assert main_pid(box) == pid
    assert kernel.run("print(kept + 1)") == "42"


def test_a_password_taken_away_by_hand_is_asked_for_again(world: World, box: Server) -> None:
    # Restarted by hand, the service runs with what the converge then takes back: it must be restarted once more.
    config = paths.JUPYTER_CONFIG
    box.ask(f"sed -i 's/hashed_password = .*/hashed_password = \"\"/; s/required = True/required = False/' {config}")
    box.ask(f"echo 'c.IdentityProvider.token = \"\"' >>{config} && systemctl restart jupyter && sleep 5")
    assert requests.get(f"{box.url}/api/contents", timeout=20).status_code == 200
    assert len(world.changes(box.target)) == 2
    assert requests.get(f"{box.url}/api/contents", timeout=20).status_code == 403
    assert world.changes(box.target) == []


def test_changed_settings(world: World, box: Server, stranger: str, database: socket.socket, tmp_path: Path) -> None:
    address, gateway, old_port = box.target.address, str(world.config.gateway), box.target.settings.public_port
    assert answers(address, old_port, stranger)
    assert outgoing(box, gateway, 5432) == "ConnectionRefusedError"
    key = tmp_path / "second"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=30)
    first_keys = box.target.settings.ssh_public_keys

    box.target = box.with_settings(
        public_port=NEW_PORT,
        allowed_addresses=[f"{gateway}/32", "2001:db8::7/128", "2001:db8:1::/48"],
        outgoing=["5432/tcp"],
        notebooks_folder="lessons",
        timezone="Europe/Berlin",
        ssh_public_keys=[*first_keys, key.with_suffix(".pub").read_text()],
    )
    assert world.changes(box.target)

    assert answers(address, NEW_PORT, gateway) and not answers(address, NEW_PORT, stranger)
    assert not answers(address, old_port, gateway)
    # Where there is a cloud firewall, that alone narrows SSH.
    assert answers(address, 22, stranger)
    assert outgoing(box, gateway, 5432) == "open"
    assert outgoing(box, gateway, 5433) == "ConnectionRefusedError"
    box.ask("echo here > ~/lessons/found.txt", user=box.owner)
    assert visitor(box).get("/api/contents/found.txt").json()["content"] == "here\n"
    assert box.ask("date +%Z") in ("CET", "CEST")
    with_second = Server(box.target, key, box.known_hosts)
    assert with_second.ask("id -un") == "root"
    assert with_second.ask("id -un", user=box.owner) == box.owner

    assert world.changes(box.target) == []

    box.target = box.with_settings(ssh_public_keys=first_keys)
    assert world.changes(box.target)
    for user in ("root", box.owner):
        refused = with_second.run("id -un", user=user)
        assert refused.returncode == 255 and "Permission denied" in refused.stderr
    assert box.ask("id -un", user=box.owner) == box.owner

    assert world.changes(box.target) == []


def test_back_after_a_reboot(world: World, box: Server) -> None:
    started = box.ask("stat --format %Y /proc/1; cut -d' ' -f22 /proc/1/stat")
    world.droplets.reboot(int(box.target.droplet_id))
    box.await_ssh()  # with the host key as it was: it is checked strictly
    assert box.ask("stat --format %Y /proc/1; cut -d' ' -f22 /proc/1/stat") != started
    visitor_ = Visitor(box.url)
    visitor_.await_login_page()
    assert visitor_.log_in(box.password)
    state = box.state
    assert state.service("jupyter").is_running and state.service("jupyter").is_enabled
    assert "Status: active" in box.ask("ufw status")
    assert "-P INPUT DROP" in box.ask("iptables -S INPUT")
    assert visitor_.kernel().run("print(6 * 7)") == "42"
    assert world.changes(box.target) == []


def test_a_killed_run_is_waited_for_and_made_good(world: World, box: Server, tmp_path: Path) -> None:
    version = box.target.settings.installer_version
    box.ask(f"rm -rf {paths.CONDA_ROOT}/{version} {paths.CONDA_MARKERS}/{version}")
    installing = f"pgrep -f '^bash {paths.DOWNLOADS_DIRECTORY}/{version}.sh'"
    converging = world.start_converge(box.target, tmp_path / "converge.log")
    try:
        box.await_command(f"{installing} && pgrep -f 'pip install'")
    finally:
        converging.kill()  # -9: it has no time to say goodbye
        converging.wait()
    assert box.run(installing).returncode == 0, "the host was to be still at work"

    changed = world.changes(box.target)
    assert WAITED in changed
    assert box.run(installing).returncode == 1
    assert box.ask(f"cat {paths.CONDA_MARKERS}/{version}") == box.target.settings.installer_sha256
    owner = Visitor(box.url)
    assert owner.log_in(box.password)
    assert owner.kernel().run("import numpy, sys; print(sys.prefix)") == f"{paths.CONDA_ROOT}/{version}"
    assert world.changes(box.target) == []


def test_the_hand_over_waits_for_ssh(world: World, server: Server) -> None:
    late = world.copy(server, ssh_delay=5)
    try:
        assert late.run("true").returncode == 255
        done = world.run([sys.executable, "-m", "handover"], timeout=300, **world.converge_environment(late.target))
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"The login page answers at {late.url}" in done.stdout
    finally:
        world.discard(late)
