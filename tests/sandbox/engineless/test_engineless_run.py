"""The whole program without the engine: made once, then left alone, and never changed behind its owner's back."""

import json
import signal
import stat
from typing import Any

import pulumi
import pytest

from contract.target import PREFIX, Target
from infra.account import md5_fingerprint
from sandbox.api.faults import AnswerFault
from sandbox.config import SandboxError
from sandbox.engineless import target_environment
from sandbox.stack import owner
from tests.sandbox.engineless.sandboxes import Sandbox

TAG = "jupyter-anywhere-sandbox"


def snapshot(sandbox: Sandbox) -> Any:
    """All that the account holds."""
    return sandbox.cloud.state.model_dump()


def public_key(sandbox: Sandbox) -> str:
    return " ".join(owner.ssh_key(sandbox.config).with_suffix(".pub").read_text().split()[:2])


def test_the_first_run_makes_all_that_the_stack_declares(sandbox: Sandbox) -> None:
    sandbox.up()
    state = sandbox.cloud.state
    (droplet,) = state.droplets.values()
    assert (droplet.name, droplet.size, droplet.image) == ("jupyter", "s-1vcpu-1gb", "debian-12-x64")
    assert droplet.tags == [TAG]
    assert droplet.root_keys == [public_key(sandbox)]
    assert droplet.user_data.startswith("#cloud-config\n")
    (firewall,) = state.firewalls.values()
    assert firewall.tags == [TAG]
    assert [(rule.protocol, rule.ports) for rule in firewall.inbound] == [("tcp", "22"), ("tcp", "8888")]
    assert [rule.protocol for rule in firewall.outbound] == ["tcp", "udp", "icmp"]
    (domain,) = state.domains.values()
    records = {(record.type, record.name, record.data) for record in domain.records.values()}
    assert ("A", "jupyter", str(droplet.address)) in records
    assert {type_ for type_, name, _ in records if name == "jupyter"} == {"A", "AAAA"}
    project = next(project for project in state.projects.values() if not project.is_default)
    assert {urn for urn, place in state.assignments.items() if place.project_id == project.id} == {
        droplet.urn,
        domain.urn,
    }


def test_the_droplet_is_handed_over_once_with_its_target(sandbox: Sandbox) -> None:
    outputs = sandbox.up()
    (droplet,) = sandbox.cloud.state.droplets.values()
    (hand_over,) = sandbox.hand_overs()
    target = Target.from_environment(hand_over)
    assert hand_over[""] == "-m handover"
    assert (target.address, target.droplet_id) == (str(droplet.address), str(droplet.id))
    assert target.secrets.password.get_secret_value() == owner.of(sandbox.config).password
    assert target == Target.from_environment(target_environment(sandbox.config))
    assert target == Target.from_environment(json.loads(outputs["target"]))


def test_the_hand_over_finds_the_sandboxes_own_key_and_notes(sandbox: Sandbox) -> None:
    sandbox.up()
    (hand_over,) = sandbox.hand_overs()
    assert hand_over["JUPYTER_SSH_KEY"] == str(owner.ssh_key(sandbox.config))
    assert hand_over["JUPYTER_STATE"] == str(sandbox.config.home / "state")


def test_the_outputs_are_those_of_the_program(sandbox: Sandbox) -> None:
    outputs = sandbox.up()
    (droplet,) = sandbox.cloud.state.droplets.values()
    assert outputs["address"] == str(droplet.address)
    assert outputs["url"] == "http://jupyter.jupyter-anywhere.test:8888"
    assert outputs["monthly_cost"].startswith("$6.00 a month")


def test_a_second_run_changes_nothing(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    first = sandbox.up()
    sandbox.hand_overs()
    before = snapshot(sandbox)
    capsys.readouterr()
    assert sandbox.up() == first
    assert snapshot(sandbox) == before
    assert sandbox.hand_overs() == []
    assert capsys.readouterr().out == "  no changes\n"


def test_a_setting_of_the_hosts_is_handed_over_again(sandbox: Sandbox) -> None:
    sandbox.up()
    sandbox.hand_overs()
    before = snapshot(sandbox)
    sandbox.set("notebooks_folder", "work")
    sandbox.up()
    (hand_over,) = sandbox.hand_overs()
    assert Target.from_environment(hand_over).settings.notebooks_folder == "work"
    assert snapshot(sandbox) == before


def test_a_failed_hand_over_is_run_again(sandbox: Sandbox) -> None:
    sandbox.let_the_hand_over_end_with(3)
    with pytest.raises(SandboxError, match="The hand-over stopped with 3"):
        sandbox.up()
    sandbox.let_the_hand_over_end_with(0)
    sandbox.up()
    assert len(sandbox.hand_overs()) == 2
    sandbox.up()
    assert sandbox.hand_overs() == []


def test_a_setting_put_back_after_a_failed_hand_over_is_handed_over(sandbox: Sandbox) -> None:
    from handover.attempt import begin_attempt

    sandbox.up()
    sandbox.hand_overs()
    begin_attempt("sandbox")  # as the hand-over itself does, and here without an end
    sandbox.up()
    (hand_over,) = sandbox.hand_overs()
    assert hand_over[f"{PREFIX}ATTEMPT"] != ""


@pytest.mark.parametrize(
    ("key", "value", "resource", "name"),
    [
        ("size", "s-1vcpu-2gb", "droplet", "size"),
        ("hostname", "other", "droplet", "name"),
        ("image", "ubuntu-24-04-x64", "droplet", "image"),
        ("public_port", 9443, "firewall", "inboundRules"),
        ("allowed_addresses", ["198.51.100.7/32"], "firewall", "inboundRules"),
        ("dns_ttl", 60, "record-a", "ttl"),
        ("project", "Other", "project", "name"),
    ],
)
def test_a_change_that_takes_the_engine_is_refused_and_nothing_done(
    key: str, value: Any, resource: str, name: str, sandbox: Sandbox
) -> None:
    sandbox.up()
    before = snapshot(sandbox)
    sandbox.hand_overs()
    sandbox.set(key, value)
    with pytest.raises(SandboxError) as caught:
        sandbox.up()
    assert str(caught.value).startswith(resource)
    assert name in str(caught.value)
    assert "https://www.pulumi.com/docs/install/" in str(caught.value)
    assert "make down && make up" in str(caught.value)
    # The tag of a droplet is all that could be asked for twice without harm.
    assert snapshot(sandbox) == before
    assert sandbox.hand_overs() == []


def test_a_change_that_is_put_back_is_accepted_again(sandbox: Sandbox) -> None:
    sandbox.up()
    sandbox.set("size", "s-1vcpu-2gb")
    with pytest.raises(SandboxError):
        sandbox.up()
    sandbox.set("size", "s-1vcpu-1gb")
    sandbox.hand_overs()
    sandbox.up()
    assert sandbox.hand_overs() == []


def test_what_was_made_before_the_record_was_lost_is_found_by_its_name(sandbox: Sandbox) -> None:
    sandbox.up()
    (sandbox.config.home / "engineless.json").unlink()
    before = snapshot(sandbox)
    sandbox.up()
    assert snapshot(sandbox) == before


def test_a_run_that_the_api_broke_off_is_gone_on_with(sandbox: Sandbox) -> None:
    sandbox.cloud.faults.add(AnswerFault(method="POST", path="/v2/droplets", status=500))
    with pytest.raises(SandboxError, match=r"POST /v2/droplets: 500 Server was unable to give you a response"):
        sandbox.up()
    assert sandbox.hand_overs() == []
    sandbox.up()
    assert len(sandbox.cloud.state.droplets) == len(sandbox.cloud.state.firewalls) == 1
    assert len(sandbox.hand_overs()) == 1


def test_a_key_that_is_there_under_another_name_is_used_as_it_is(sandbox: Sandbox) -> None:
    from sandbox.engineless.client import Client

    key = public_key(sandbox)
    client = Client(sandbox.config.api_url, owner.of(sandbox.config).token)
    client.call("POST", "/account/keys", {"name": "my laptop", "public_key": key})
    sandbox.up()
    assert [(key.name, key.fingerprint) for key in sandbox.cloud.state.keys.values()] == [
        ("my laptop", md5_fingerprint(key))
    ]
    (droplet,) = sandbox.cloud.state.droplets.values()
    assert droplet.root_keys == [key]


def test_wrong_settings_are_told_and_nothing_is_made(sandbox: Sandbox) -> None:
    sandbox.set("public_port", 80)
    before = snapshot(sandbox)
    with pytest.raises(SandboxError, match=r"^Setting public_port = '80': "):
        sandbox.up()
    assert snapshot(sandbox) == before


def test_a_size_that_is_not_offered_is_refused_with_those_that_are(sandbox: Sandbox) -> None:
    sandbox.set("size", "s-99vcpu-1gb")
    with pytest.raises(SandboxError, match=r"allowed are s-1vcpu-512mb-10gb \(\$4\)"):
        sandbox.up()


def test_what_is_kept_is_the_owners_alone(sandbox: Sandbox) -> None:
    sandbox.up()
    for name in ("engineless.json", "target.json", "owner.json"):
        assert stat.S_IMODE((sandbox.config.home / name).stat().st_mode) == 0o600


def test_the_record_holds_no_secret(sandbox: Sandbox) -> None:
    sandbox.up()
    text = (sandbox.config.home / "engineless.json").read_text()
    person = owner.of(sandbox.config)
    secrets = [person.token, person.identity_seed, person.password, person.sudo_password]
    assert not [secret for secret in secrets if secret in text]
    assert "PRIVATE KEY" not in text
    assert "userData" not in text


@pytest.mark.parametrize("succeeds", [True, False])
def test_the_process_is_left_as_it_was(succeeds: bool, sandbox: Sandbox) -> None:
    export, handler = pulumi.export, signal.getsignal(signal.SIGINT)
    if succeeds:
        sandbox.up()
    else:
        sandbox.set("public_port", 80)
        with pytest.raises(SandboxError):
            sandbox.up()
    assert pulumi.export is export
    assert signal.getsignal(signal.SIGINT) is handler
