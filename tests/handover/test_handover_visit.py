"""`make ssh`, `logs`, `status`, `open`: what ssh is told, and what is said when it cannot be."""

import json
import os
import shutil
import socket
import sys
import urllib.request
from pathlib import Path

import pytest

from contract.identity import lasting_host_key
from handover import visit
from tests.check.ssh_servers import ADDRESS, SshServers, with_key
from tests.contract.targets import a_target
from tests.handover import fake_ssh
from tests.settings.raw_settings import PUBLIC_KEY, SEED


class Ssh:
    """The stand-in, and what it was told."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        shutil.copy(fake_ssh.__file__, folder / "fake_ssh.py")
        (folder / "ssh").write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {folder}/fake_ssh.py "$@"\n')
        (folder / "ssh").chmod(0o755)

    @property
    def words(self) -> list[str]:
        found: list[str] = json.loads((self.folder / "words").read_text())
        return found

    def is_running(self) -> bool:
        try:
            os.kill(int((self.folder / "pid").read_text()), 0)
        except ProcessLookupError:
            return False
        return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    """Where Jupyter answers, here and there."""
    return free_port()


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: SshServers, port: int) -> Ssh:
    servers.answers = [with_key(lasting_host_key(SEED))]
    keys = tmp_path / "home" / ".ssh"
    keys.mkdir(parents=True)
    (keys / "mine.pub").write_text(PUBLIC_KEY)
    (keys / "mine").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    target = a_target(address=ADDRESS, owner="ada", public_port=str(port))
    for name, value in target.to_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("webbrowser.open", lambda url: urllib.request.urlopen(f"{url}/end", timeout=10).close())
    ssh = Ssh(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{ssh.folder}:/usr/bin:/bin")
    return ssh


@pytest.mark.parametrize(
    ("way", "user", "command"),
    [("ssh", "ada", ""), ("logs", "root", "journalctl -u jupyter"), ("status", "root", "systemctl --no-pager")],
)
def test_it_logs_in_to_the_host_that_was_verified(way: str, user: str, command: str, ssh: Ssh, state: Path) -> None:
    assert visit.main([way]) == 0
    words = ssh.words
    assert words[:4] == ["-i", str(Path.home() / ".ssh" / "mine"), "-o", "IdentitiesOnly=yes"]
    known = state / "dev" / "known_hosts-411"
    assert words[4:8] == ["-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes"]
    assert words[8] == f"{user}@{ADDRESS}"
    assert known.read_text() == f"{ADDRESS} {lasting_host_key(SEED).public}\n"
    assert " ".join(words[9:]).startswith(command)
    assert len(words) == (10 if command else 9)


def test_what_ssh_ends_with_is_the_exit_code(ssh: Ssh) -> None:
    (ssh.folder / "exits").write_text("255")
    assert visit.main(["status"]) == 255


@pytest.mark.parametrize("way", visit.WAYS)
def test_a_strangers_host_key_stops_it_before_ssh_runs(
    way: str, ssh: Ssh, servers: SshServers, capsys: pytest.CaptureFixture[str]
) -> None:
    servers.answers = [with_key(lasting_host_key("somebody else's seed"))]
    assert visit.main([way]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "not this stack's" in line
    assert not (ssh.folder / "words").exists()


@pytest.mark.parametrize("way", visit.WAYS)
def test_without_ssh_it_says_so(
    way: str, ssh: Ssh, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(ssh.folder))
    (ssh.folder / "ssh").unlink()
    assert visit.main([way]) == 1
    assert capsys.readouterr().err == "`ssh` is not on PATH: install OpenSSH's client.\n"


@pytest.mark.parametrize("words", [[], ["shell"], ["ssh", "logs"]])
def test_a_wrong_word_is_answered_with_the_right_ones(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert visit.main(words) == 2
    assert capsys.readouterr().err == "usage: python -m handover.visit ssh|logs|status|open\n"


def test_open_goes_through_a_tunnel_to_the_login_page(ssh: Ssh, port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert visit.main(["open"]) == 0
    words = ssh.words
    assert f"ada@{ADDRESS}" == words[-1]
    assert words[words.index("-L") + 1] == f"{port}:localhost:{port}"
    assert "ExitOnForwardFailure=yes" in words
    assert "StrictHostKeyChecking=yes" in words
    assert f"http://localhost:{port} is your server" in capsys.readouterr().out
    assert not ssh.is_running()


def test_ctrl_c_ends_the_tunnel(ssh: Ssh, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("webbrowser.open", interrupted)
    assert visit.main(["open"]) == 0
    assert not ssh.is_running()


def test_a_port_that_something_else_has_is_left_to_it(ssh: Ssh, port: int, capsys: pytest.CaptureFixture[str]) -> None:
    # A Jupyter of this machine's has a login page too: the password would be typed there.
    with socket.create_server(("127.0.0.1", port)):
        assert visit.main(["open"]) == 0
    forward = ssh.words[ssh.words.index("-L") + 1]
    assert forward.endswith(f":localhost:{port}")
    assert not forward.startswith(f"{port}:")
    assert f"http://localhost:{forward.partition(':')[0]} is your server" in capsys.readouterr().out


def test_a_tunnel_that_breaks_off_is_told_at_once(
    ssh: Ssh, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    (ssh.folder / "exits").write_text("255")
    assert visit.main(["open"]) == 1
    error = capsys.readouterr().err
    assert "There is no tunnel: ssh ended with 255" in error
    assert opened == []


def test_a_login_page_that_does_not_answer_ends_the_tunnel(
    ssh: Ssh, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(visit, "TUNNEL_SECONDS", 0)
    monkeypatch.setattr("check.login_page.PASSWORD_FIELD", "what no page has")
    assert visit.main(["open"]) == 1
    assert "The login page does not answer" in capsys.readouterr().err
    assert not (ssh.folder / "pid").exists() or not ssh.is_running()


def test_without_a_server_it_is_one_line(
    ssh: Ssh, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("JUPYTER_ANYWHERE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(ssh.folder))
    assert visit.main(["ssh"]) == 1
    assert "`pulumi` is not on PATH" in capsys.readouterr().err
