"""Waiting until SSH answers."""

import socket
import threading

import pytest

from check import ssh
from check.ssh import SshError, wait_for_banner
from tests.check.ssh_servers import ADDRESS, SshServers, says

BANNER = says(b"SSH-2.0-OpenSSH_9.6\r\n")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause between two questions is a short one."""
    monkeypatch.setattr("check.ssh.time.sleep", lambda _: threading.Event().wait(0.01))


def test_a_banner_ends_the_waiting(servers: SshServers) -> None:
    servers.answers = [BANNER]
    wait_for_banner(ADDRESS, seconds=5)
    assert servers.connections == 1


@pytest.mark.usefixtures("impatient")
def test_an_open_port_that_says_nothing_is_waited_for(servers: SshServers) -> None:
    servers.answers = [says(b""), says(b""), BANNER]
    wait_for_banner(ADDRESS, seconds=5)
    assert servers.connections == 3


@pytest.mark.usefixtures("impatient")
def test_a_port_that_opens_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as reserved:
        reserved.bind((ADDRESS, 0))
        monkeypatch.setattr(ssh, "SSH_PORT", reserved.getsockname()[1])

        def open_it() -> None:
            reserved.listen()
            connection, _ = reserved.accept()
            BANNER(connection)

        threading.Timer(0.2, open_it).start()
        wait_for_banner(ADDRESS, seconds=5)


@pytest.mark.usefixtures("impatient")
def test_a_port_that_stays_closed_is_given_up_with_what_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as reserved:
        reserved.bind((ADDRESS, 0))
        monkeypatch.setattr(ssh, "SSH_PORT", reserved.getsockname()[1])
        with pytest.raises(SshError) as caught:
            wait_for_banner(ADDRESS, seconds=0.1)
    assert "Connection refused" in str(caught.value)
    assert "allowed_addresses" in str(caught.value)


@pytest.mark.usefixtures("impatient")
def test_what_is_not_ssh_is_given_up_and_said(servers: SshServers) -> None:
    servers.answers = [says(b"HTTP/1.1 400 Bad Request\r\n")]
    with pytest.raises(SshError, match="something that is not SSH answers"):
        wait_for_banner(ADDRESS, seconds=0.1)
    assert servers.connections > 1
