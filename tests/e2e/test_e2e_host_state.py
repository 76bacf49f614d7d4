"""A converged host, looked at from inside and outside: who runs what, what is open, which Python it is."""

import contextlib
import errno
import resource
import selectors
import socket
import time
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from contract import paths
from contract.ports import port_table
from tests.e2e.visitor import Kernel, Visitor
from tests.e2e.world import Server, World

pytestmark = pytest.mark.sandbox

ROOTS = (paths.JUPYTER_ENVIRONMENTS, paths.JUPYTER_CONFIG_DIRECTORY, paths.JUPYTER_DATA, "/etc/ssh/authorized_keys")
UNWRITABLE = (
    *ROOTS,
    paths.CONDA_ROOT,
    paths.CONDA_MARKERS,
    paths.STATE_DIRECTORY,
    "/etc/systemd/system/jupyter.service",
)


@pytest.fixture(scope="module")
def owner(guest: Server) -> Visitor:
    visitor = Visitor(guest.url)
    assert visitor.log_in(guest.password)
    return visitor


@pytest.fixture(scope="module")
def kernel(owner: Visitor) -> Iterator[Kernel]:
    kernel = owner.kernel()
    yield kernel
    kernel.end()


@pytest.fixture(scope="module")
def state(guest: Server) -> Any:
    return guest.state


@pytest.fixture
def somebody(world: World) -> Iterator[int]:
    """A port of the gateway's that accepts connections and is not among those that a server may reach."""
    with socket.create_server((str(world.config.gateway), 9999)):
        yield 9999


# Who runs what


def test_jupyter_and_its_kernels_are_the_owners(guest: Server, kernel: Kernel, state: Any) -> None:
    kernel.run("import subprocess; child = subprocess.Popen(['sleep', '600'])")
    running = guest.ask("ps --no-headers -o user= -p $(systemctl show --property MainPID --value jupyter)")
    assert running == guest.owner
    mine = guest.ask("cat $(find /sys/fs/cgroup -path '*/jupyter.service/cgroup.procs' | sort | head -1)").split()
    assert len(mine) >= 3  # the server, a kernel, and its child
    users = {state.process.get(pid=int(pid)).user for pid in mine}
    assert users == {guest.owner}
    kernel.run("child.kill(); child.wait()")


def test_nothing_of_jupyters_can_gain_rights(kernel: Kernel, guest: Server) -> None:
    status = guest.ask("cat /proc/$(systemctl show --property MainPID --value jupyter)/status")
    for text in (status, kernel.run("print(open('/proc/self/status').read())")):
        fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        assert fields["NoNewPrivs"] == "1"
        assert {int(fields[f"Cap{kind}"], 16) for kind in ("Prm", "Eff", "Bnd", "Amb")} == {0}
        assert set(fields["Uid"].split()) == {guest.ask(f"id -u {guest.owner}")}
    sudo = kernel.run("print(subprocess.run(['sudo', '-n', 'id'], capture_output=True, text=True).stderr)")
    assert "no new privileges" in sudo


def test_other_programs_of_root_are_the_systems(guest: Server) -> None:
    ours = guest.ask("ps axo user=,args= | grep -E '/opt/|/home/|jupyter' | grep -v grep | grep '^root' || true")
    assert ours == ""


def test_what_decides_about_jupyter_is_roots(guest: Server) -> None:
    loose = guest.ask(f"find {' '.join(ROOTS)} ! -type l \\( ! -user root -o -perm /022 \\)")
    assert loose == ""
    for path in UNWRITABLE:
        denied = guest.run(f"test ! -w {path} && ! touch {path}/x 2>/dev/null", user=guest.owner)
        assert denied.returncode == 0, path


def test_the_passwords_hash_is_for_the_service_only(guest: Server, state: Any) -> None:
    """Jupyter runs as its owner and must read it, so the owner can; nobody else."""
    configuration = state.file(paths.JUPYTER_CONFIG)
    assert (configuration.user, configuration.group, configuration.mode) == ("root", guest.owner, 0o640)
    guest.ask(f"grep -q argon2 {paths.JUPYTER_CONFIG}", user=guest.owner)
    refused = guest.run(f"runuser -u nobody -- cat {paths.JUPYTER_CONFIG}")
    assert refused.returncode != 0 and "Permission denied" in refused.stderr


# What is open


def open_ports(address: str, ports: Collection[int]) -> set[int]:
    """Those of the TCP ports that accept a connection. What answers does so at once: it is one machine."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = 8500 if hard == resource.RLIM_INFINITY else min(8500, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, files), hard))
    at_once = files - 500
    found, waiting = set(), list(ports)
    while waiting:
        batch, waiting = waiting[:at_once], waiting[at_once:]
        with selectors.DefaultSelector() as selector, contextlib.ExitStack() as stack:
            for port in batch:
                attempt = stack.enter_context(socket.socket())
                attempt.setblocking(False)
                if attempt.connect_ex((address, port)) == errno.EINPROGRESS:
                    selector.register(attempt, selectors.EVENT_WRITE, port)
            deadline = time.monotonic() + 0.4
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    attempt_ = key.fileobj
                    assert isinstance(attempt_, socket.socket)
                    if attempt_.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                        found.add(key.data)
                    selector.unregister(attempt_)
    return found


def test_only_the_tables_ports_answer(guest: Server) -> None:
    table = {port.number for port in port_table(guest.target.settings.public_port, cloud_firewall=True)}
    # Something to be found, if it were not for the firewall.
    guest.ask("systemd-run --quiet --unit=listener python3 -m http.server 8000")
    try:
        guest.ask("for i in $(seq 50); do curl -s -o /dev/null localhost:8000 && exit 0; sleep 0.1; done; exit 1")
        assert open_ports(guest.target.address, range(1, 65536)) == table
    finally:
        guest.ask("systemctl stop listener")


def test_only_the_tables_ports_are_listened_on(guest: Server, state: Any) -> None:
    table = port_table(guest.target.settings.public_port, cloud_firewall=True)
    listening = {
        socket.rsplit(":", 1)[1]
        for socket in state.socket.get_listening_sockets()
        if not socket.startswith("unix") and "127.0.0.1" not in socket and "::1" not in socket
    }
    assert listening == {str(port.number) for port in table}


def test_a_connection_that_is_not_allowed_fails_at_once(guest: Server, world: World, somebody: int) -> None:
    socket.create_connection((str(world.config.gateway), somebody), timeout=3).close()
    program = f"""
import socket, time
for port in ({somebody}, 80):
    begun = time.monotonic()
    try:
        socket.create_connection(("{world.config.gateway}", port), timeout=5)
        print(port, "open")
    except OSError as error:
        print(port, type(error).__name__, time.monotonic() - begun < 1)
"""
    for user in (guest.owner, "root"):
        seen = guest.ask(f"python3 -c '{program}'", user=user)
        assert seen.splitlines() == [f"{somebody} ConnectionRefusedError True", "80 open"]


@pytest.mark.parametrize(
    ("command", "chain", "address", "reject"),
    [
        ("iptables-save", "ufw-before-output", "169.254.169.254/32", "icmp-port-unreachable"),
        ("ip6tables-save", "ufw6-before-output", "fd00:ec2::254/128", "icmp6-port-unreachable"),
    ],
)
def test_metadata_is_for_root_only(guest: Server, command: str, chain: str, address: str, reject: str) -> None:
    """Read, never tried: nothing may be sent there."""
    rules = guest.ask(command).splitlines()
    in_chain = [rule for rule in rules if rule.startswith(f"-A {chain} ")]
    # The first: what comes before it would be let through.
    assert in_chain[0] == f"-A {chain} -d {address} -m owner ! --uid-owner 0 -j REJECT --reject-with {reject}"
    outgoing = [rule for rule in rules if rule.startswith("-A OUTPUT ")]
    jump = outgoing.index(f"-A OUTPUT -j {chain}")
    before = {rule.rsplit(" ", 1)[1] for rule in outgoing[:jump]}
    assert before == {f"{chain.removesuffix('before-output')}before-logging-output"}
    logging = f"-A {chain.removesuffix('before-output')}before-logging-output "
    assert not [rule for rule in rules if rule.startswith(logging)]
    assert not [rule for rule in rules if "169.254" in rule and "-j ACCEPT" in rule]


# Which Python it is


def test_the_default_kernel_is_the_distributions(kernel: Kernel, guest: Server, owner: Visitor) -> None:
    prefix = f"{paths.CONDA_ROOT}/{guest.target.settings.installer.version}"
    assert kernel.run("import sys; print(sys.prefix)") == prefix
    assert kernel.run("import ipykernel; print(ipykernel.__file__.startswith(sys.prefix))") == "True"
    assert list(owner.get("/api/kernelspecs").json()["kernelspecs"]) == ["python3"]
    assert kernel.run("import os; print(os.getcwd())") == f"/home/{guest.owner}/notebooks"


def test_a_notebook_sees_nothing_of_jupyters_own_environment(kernel: Kernel) -> None:
    seen = kernel.run("import os, sys; print(sys.path, dict(os.environ))")
    assert paths.JUPYTER_ENVIRONMENTS not in seen
    assert "JUPYTER_CONFIG_DIR" not in seen and "JUPYTER_PATH" not in seen


def test_conda_is_at_hand_in_a_notebook(kernel: Kernel) -> None:
    assert "conda" in kernel.run("%conda --version")
    assert kernel.run("import shutil; print(shutil.which('conda').startswith(sys.prefix))") == "True"


def test_and_first_in_a_terminal(owner: Visitor, guest: Server) -> None:
    prefix = f"{paths.CONDA_ROOT}/{guest.target.settings.installer.version}"
    seen = owner.in_terminal('command -v python; conda --version; id -un; echo "[$JUPYTER_CONFIG_DIR]"').splitlines()
    assert seen[0] == f"{prefix}/bin/python"
    assert "conda" in seen[1]
    assert seen[2:] == [guest.owner, "[]"]


def test_root_does_not_have_the_owners_programs_on_its_path(guest: Server) -> None:
    assert paths.CONDA_ROOT not in guest.ask("bash -lc 'echo $PATH'")


def test_the_owner_installs_packages(kernel: Kernel, guest: Server) -> None:
    kernel.run("%pip install --quiet --disable-pip-version-check iniconfig", seconds=120)
    place = kernel.run("import iniconfig; print(iniconfig.__file__)")
    assert place.startswith(f"{paths.CONDA_ROOT}/{guest.target.settings.installer.version}/lib/")
    assert guest.ask(f"stat --format %U {place}") == guest.owner
