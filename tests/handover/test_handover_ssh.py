"""Reaching the host: waiting for it, deciding whether it is the right one, finding the key."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from check.ssh import SshError
from contract.identity import HostKey, boot_host_key, lasting_host_key
from contract.target import Target
from handover.errors import HandoverError
from handover.ssh import confirm_lasting_key, known_hosts, private_key, remember_handed_over, unattended_key
from tests.check.ssh_servers import ADDRESS, SshServers, says, with_key
from tests.contract.targets import a_target
from tests.settings.raw_settings import PUBLIC_KEY, SEED


def here(droplet_id: str = "411") -> Target:
    return a_target(address=ADDRESS, droplet_id=droplet_id)


def lasting() -> HostKey:
    return lasting_host_key(SEED)


def boot() -> HostKey:
    return boot_host_key(SEED)


def test_the_lasting_key_is_accepted_and_the_only_one_known(servers: SshServers) -> None:
    servers.answers = [with_key(lasting())]
    assert known_hosts(here()).read_text() == f"{ADDRESS} {lasting().public}\n"


def test_a_new_droplet_may_show_its_boot_key(servers: SshServers) -> None:
    servers.answers = [with_key(boot())]
    assert known_hosts(here()).read_text() == f"{ADDRESS} {boot().public}\n"


def test_a_first_hand_over_that_failed_may_be_tried_again_with_the_boot_key(servers: SshServers) -> None:
    servers.answers = [with_key(boot())]
    known_hosts(here())
    assert known_hosts(here()).read_text() == f"{ADDRESS} {boot().public}\n"


def test_once_handed_over_the_boot_key_is_refused(servers: SshServers) -> None:
    servers.answers = [with_key(boot())]
    remember_handed_over(here())
    with pytest.raises(HandoverError, match="shows the key of its first boot"):
        known_hosts(here())


def test_once_the_lasting_key_was_seen_the_boot_key_is_refused(servers: SshServers) -> None:
    servers.answers = [with_key(lasting()), with_key(boot())]
    known_hosts(here())
    with pytest.raises(HandoverError, match="shows the key of its first boot"):
        known_hosts(here())


def test_a_confirmed_lasting_key_is_the_end_of_the_boot_key(servers: SshServers) -> None:
    servers.answers = [with_key(lasting()), with_key(boot())]
    confirm_lasting_key(here())
    with pytest.raises(HandoverError, match="shows the key of its first boot"):
        known_hosts(here())


def test_a_lasting_key_that_is_not_shown_leaves_the_boot_key_a_way_in(servers: SshServers) -> None:
    servers.answers = [with_key(boot())]
    with pytest.raises(
        HandoverError, match=rf"does not show the lasting host key \({re.escape(lasting().fingerprint)}\)"
    ):
        confirm_lasting_key(here())
    assert known_hosts(here()).read_text() == f"{ADDRESS} {boot().public}\n"


def test_the_line_to_remove_after_a_rebuild_is_the_one_that_refuses(servers: SshServers, state: Path) -> None:
    servers.answers = [with_key(boot())]
    remember_handed_over(here())
    with pytest.raises(HandoverError, match=str(state / "dev" / "handed-over")):
        known_hosts(here())
    assert (state / "dev" / "handed-over").read_text() == "411\n"
    (state / "dev" / "handed-over").write_text("")
    known_hosts(here())


def test_another_droplet_of_the_stack_may_show_its_boot_key(servers: SshServers) -> None:
    servers.answers = [with_key(boot())]
    remember_handed_over(here())
    assert known_hosts(here("412")).read_text() == f"{ADDRESS} {boot().public}\n"


def test_a_droplet_is_remembered_once(state: Path) -> None:
    for droplet_id in ("411", "412", "411"):
        remember_handed_over(here(droplet_id))
    assert (state / "dev" / "handed-over").read_text().split() == ["411", "412"]


def test_a_foreign_key_is_refused(servers: SshServers, state: Path) -> None:
    servers.answers = [with_key(lasting_host_key("somebody else's seed"))]
    with pytest.raises(HandoverError, match="not this stack's"):
        known_hosts(here())
    assert list((state / "dev").glob("known_hosts*")) == []


@pytest.mark.parametrize("text", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_connection_that_is_broken_off_is_told_in_one_line(servers: SshServers, text: bytes) -> None:
    servers.answers = [says(text)]
    with pytest.raises(SshError, match=rf"^No SSH connection to {ADDRESS}:{servers.port}: .+\. Run `pulumi up`"):
        known_hosts(here())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    return tmp_path / "home" / ".ssh"


def test_the_private_key_is_the_half_of_a_public_one_that_may_log_in(home: Path) -> None:
    (home / "broken.pub").write_text("no key at all\n")
    (home / "another.pub").write_text(lasting_host_key("another").public)
    (home / "another").touch()
    (home / "mine.pub").write_text(f"{PUBLIC_KEY} somebody@laptop\n")
    (home / "mine").touch()
    assert private_key(here(), None) == home / "mine"


def test_a_public_key_without_its_private_half_is_left_to_the_agent(home: Path) -> None:
    (home / "mine.pub").write_text(PUBLIC_KEY)
    assert private_key(here(), None) is None


def test_without_any_key_it_is_left_to_the_agent(home: Path) -> None:
    assert home.exists()
    assert private_key(here(), None) is None


def test_a_chosen_key_is_taken_whatever_else_there_is(home: Path) -> None:
    (home / "mine.pub").write_text(PUBLIC_KEY)
    (home / "mine").touch()
    (home / "chosen").touch()
    assert private_key(here(), "~/.ssh/chosen") == home / "chosen"


def test_a_chosen_key_that_is_not_there_is_named(home: Path) -> None:
    with pytest.raises(HandoverError, match=r"JUPYTER_SSH_KEY names '~/\.ssh/chosen', which is no file"):
        private_key(here(), "~/.ssh/chosen")


def with_passphrase(home: Path, *kind: str) -> Target:
    """A key of that kind in ~/.ssh, and the target that it opens."""
    key = home / "mine"
    command = ["ssh-keygen", "-q", *kind, "-N", "a passphrase", "-f", str(key)]
    subprocess.run(command, check=True, timeout=60)
    return a_target(ssh_public_keys=json.dumps([key.with_suffix(".pub").read_text()]))


@pytest.mark.parametrize("kind", [("-t", "ed25519"), ("-t", "ecdsa", "-m", "PEM")], ids=["openssh", "pem"])
def test_a_key_with_a_passphrase_that_no_agent_holds_is_told_before_anything_waits_for_it(
    kind: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    target = with_passphrase(home, *kind)
    assert private_key(target, None) == home / "mine"
    with pytest.raises(HandoverError, match=f"ssh-add {home / 'mine'}"):
        unattended_key(target, None)


def test_a_key_with_a_passphrase_is_left_to_the_agent_that_holds_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = with_passphrase(home, "-t", "ed25519")
    started = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True, timeout=30).stdout
    variables = dict(re.findall(r"(SSH_\w+)=([^;]+);", started))
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", variables["SSH_AUTH_SOCK"])
        (tmp_path / "ask").write_text("#!/bin/sh\necho a passphrase\n")
        (tmp_path / "ask").chmod(0o755)
        environment = os.environ | {"SSH_ASKPASS": str(tmp_path / "ask"), "SSH_ASKPASS_REQUIRE": "force"}
        subprocess.run(["ssh-add", "-q", str(home / "mine")], env=environment, check=True, timeout=30)
        assert unattended_key(target, None) is None
    finally:
        os.kill(int(variables["SSH_AGENT_PID"]), signal.SIGTERM)


def test_a_key_without_a_passphrase_is_used_as_it_is(home: Path) -> None:
    (home / "mine").write_text(lasting_host_key("a laptop").private)
    (home / "mine.pub").write_text(lasting_host_key("a laptop").public)
    target = a_target(ssh_public_keys=json.dumps([lasting_host_key("a laptop").public]))
    assert unattended_key(target, None) == home / "mine"
