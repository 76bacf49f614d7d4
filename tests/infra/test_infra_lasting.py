"""What lasts: keys, tags, firewall, zone, project."""

import json
import subprocess
from pathlib import Path

import pytest

from contract.identity import lasting_host_key
from infra.account import md5_fingerprint
from tests.infra.stack_program import Account, run_program
from tests.settings.raw_settings import PUBLIC_KEY, raw_config

OTHER_KEY = lasting_host_key("somebody's tablet").public
TAG = "jupyter-anywhere-dev"
EVERYWHERE = ["0.0.0.0/0", "::/0"]


def key_name(public_key: str) -> str:
    return f"{TAG}-{md5_fingerprint(public_key).replace(':', '')[:6]}"


def test_the_firewall_holds_for_the_stacks_tag_from_the_first_second() -> None:
    firewall = run_program(raw_config()).one("Firewall")
    assert firewall.inputs["tags"] == [TAG]
    assert "dropletIds" not in firewall.inputs
    assert "stack" in firewall.depends_on


def test_ssh_and_the_public_port_are_open_to_everybody_and_nothing_else_is() -> None:
    rules = run_program(raw_config(public_port="9443")).one("Firewall").inputs["inboundRules"]
    assert rules == [
        {"protocol": "tcp", "portRange": "22", "sourceAddresses": EVERYWHERE},
        {"protocol": "tcp", "portRange": "9443", "sourceAddresses": EVERYWHERE},
    ]


def test_an_allow_list_narrows_every_port() -> None:
    allowed = ["198.51.100.7/32", "2001:db8::/48"]
    rules = run_program(raw_config(allowed_addresses=json.dumps(allowed))).one("Firewall").inputs["inboundRules"]
    assert [rule["sourceAddresses"] for rule in rules] == [allowed, allowed]


def test_what_goes_out_is_left_to_the_host() -> None:
    rules = run_program(raw_config()).one("Firewall").inputs["outboundRules"]
    assert rules == [
        {"protocol": "tcp", "portRange": "1-65535", "destinationAddresses": EVERYWHERE},
        {"protocol": "udp", "portRange": "1-65535", "destinationAddresses": EVERYWHERE},
        {"protocol": "icmp", "destinationAddresses": EVERYWHERE},
    ]


def test_each_stack_has_a_tag_of_its_own() -> None:
    run = run_program(raw_config(), stack="spare")
    assert run.one("Tag", "stack").inputs["name"] == "jupyter-anywhere-spare"
    assert run.one("Firewall").inputs["name"] == "jupyter-anywhere-spare"


def test_the_owners_tags_stay_when_the_stack_goes() -> None:
    run = run_program(raw_config(tags='["home"]'))
    assert run.one("Tag", "tag-home").options.retainOnDelete
    assert not run.one("Tag", "stack").options.retainOnDelete


def test_a_tag_may_be_called_like_one_of_our_own_resources() -> None:
    run = run_program(raw_config(tags='["stack", "firewall"]'))
    assert len({resource.urn for resource in run.resources}) == len(run.resources)
    assert run.one("Droplet").inputs["tags"] == [TAG, "stack", "firewall"]


def test_a_tag_given_twice_is_declared_once() -> None:
    run = run_program(raw_config(tags='["home", "play", "Home"]'))
    assert run.one("Droplet").inputs["tags"] == [TAG, "home", "play"]


def test_each_key_is_declared_under_a_name_of_its_own() -> None:
    run = run_program(raw_config(ssh_public_keys=json.dumps([PUBLIC_KEY, OTHER_KEY])))
    declared = {key.inputs["name"]: key.inputs["publicKey"] for key in run.all("SshKey")}
    assert declared == {key_name(PUBLIC_KEY): PUBLIC_KEY, key_name(OTHER_KEY): OTHER_KEY}
    assert run.one("Droplet").inputs["sshKeys"] == [f"id-of-{key_name(key)}" for key in (PUBLIC_KEY, OTHER_KEY)]


def test_a_key_that_is_there_under_another_name_is_used_and_not_declared() -> None:
    account = Account(keys={md5_fingerprint(PUBLIC_KEY): "my laptop"})
    run = run_program(raw_config(ssh_public_keys=json.dumps([PUBLIC_KEY, OTHER_KEY])), account)
    assert [key.inputs["publicKey"] for key in run.all("SshKey")] == [OTHER_KEY]
    assert run.one("Droplet").inputs["sshKeys"] == ["7", f"id-of-{key_name(OTHER_KEY)}"]


def test_a_key_that_an_earlier_run_made_stays_declared() -> None:
    account = Account(keys={md5_fingerprint(PUBLIC_KEY): key_name(PUBLIC_KEY)})
    assert run_program(raw_config(), account).one("SshKey").inputs["publicKey"] == PUBLIC_KEY


def test_the_fingerprint_is_the_one_that_ssh_shows(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(PUBLIC_KEY)
    command = ["ssh-keygen", "-l", "-E", "md5", "-f", str(tmp_path / "key.pub")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    assert shown.split()[1] == f"MD5:{md5_fingerprint(PUBLIC_KEY)}"


def test_the_project_takes_the_droplet() -> None:
    run = run_program(raw_config(project="Notebooks"))
    assert run.one("Project").inputs["name"] == "Notebooks"
    assert run.one("ProjectResources").inputs == {"project": "id-of-project", "resources": ["do:droplet:411"]}


def test_the_project_takes_a_zone_that_is_ours() -> None:
    run = run_program(raw_config(domain="example.org", dns="zone"))
    assert run.one("ProjectResources").inputs["resources"] == ["do:droplet:411", "do:domain:example.org"]


def test_without_a_project_none_is_declared() -> None:
    run = run_program(raw_config(project=""))
    assert run.all("Project") == run.all("ProjectResources") == []


@pytest.mark.parametrize("dns", ["record", "external"])
def test_a_zone_that_the_stack_did_not_make_is_not_declared(dns: str) -> None:
    assert run_program(raw_config(domain="example.org", dns=dns), Account(zones=["example.org"])).all("Domain") == []


def test_a_zone_of_ours_is_deleted_before_a_new_one_is_made() -> None:
    zone = run_program(raw_config(domain="example.org", dns="zone")).one("Domain")
    assert zone.inputs == {"name": "example.org"}
    assert zone.options.deleteBeforeReplace
