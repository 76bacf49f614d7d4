"""The fields without which DigitalOcean's clients stumble: required by its OpenAPI description,
or read by the Terraform provider without asking whether they are there."""

from typing import Any

import pytest

from tests.sandbox.api.api_account import KEY, Account

ANYWHERE = {"addresses": ["0.0.0.0/0"]}

ESSENTIAL = {
    "account": "droplet_limit floating_ip_limit email uuid email_verified status status_message",
    "ssh_key": "id name public_key fingerprint",
    "tag": "name resources",
    "droplet": "id name memory vcpus disk locked status created_at features backup_ids next_backup_window snapshot_ids "
    "image volume_ids size size_slug networks region tags vpc_uuid",
    "action": "id status type started_at completed_at resource_id resource_type region region_slug",
    "firewall": "id name status inbound_rules outbound_rules droplet_ids tags created_at pending_changes",
    "domain": "name ttl zone_file",
    "domain_record": "id type name data priority port ttl weight flags tag",
    "project": "id owner_uuid owner_id name description purpose environment is_default created_at updated_at",
}
SIZE = "slug memory vcpus disk transfer price_monthly price_hourly regions available description"
REGION = "slug name features available sizes"


@pytest.fixture
def answers(account: Account) -> dict[str, Any]:
    """One of each kind, by the root of its answer."""
    droplet = account.droplet(tags=["jupyter"])
    action = account.act(droplet["id"], "reboot")
    rule = {"protocol": "icmp", "sources": ANYWHERE}
    asked = [
        account.ask("GET", "/v2/account"),
        account.ask("POST", "/v2/account/keys", {"name": "k", "public_key": KEY}, expect=201),
        account.ask("GET", "/v2/tags/jupyter"),
        account.ask("POST", "/v2/firewalls", {"name": "f1", "inbound_rules": [rule]}, expect=202),
        account.ask("POST", "/v2/domains", {"name": "example.com"}, expect=201),
        account.ask("POST", "/v2/domains/example.com/records", {"type": "TXT", "data": "x"}, expect=201),
        account.ask("GET", "/v2/projects/default"),
    ]
    return {"droplet": droplet, "action": action, **{root: value for answer in asked for root, value in answer.items()}}


@pytest.mark.parametrize("root", ESSENTIAL)
def test_has_its_essential_fields(answers: dict[str, Any], root: str) -> None:
    assert set(ESSENTIAL[root].split()) <= set(answers[root])


def test_what_is_within_has_them_too(answers: dict[str, Any]) -> None:
    droplet = answers["droplet"]
    assert set(SIZE.split()) <= set(droplet["size"])
    assert set(REGION.split()) <= set(droplet["region"])
    assert set(droplet["networks"]) == {"v4", "v6"}
    assert set(droplet["networks"]["v4"][0]) == {"ip_address", "netmask", "gateway", "type"}
    assert set(answers["firewall"]["inbound_rules"][0]) == {"protocol", "ports", "action", "sources"}
