"""What is left after the server was killed."""

import pytest

from sandbox.config import SandboxError
from tests.sandbox.api.api_account import Account

# The thread of the killed server ends with its process.
killed = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def test_everything_is_still_there_and_in_force(account: Account) -> None:
    droplet = account.droplet(tags=["jupyter"], user_data="secret")
    rule = {"protocol": "icmp", "sources": {"addresses": ["0.0.0.0/0"]}}
    account.ask("POST", "/v2/firewalls", {"name": "f", "tags": ["jupyter"], "inbound_rules": [rule]}, expect=202)
    account.ask("POST", "/v2/domains", {"name": "example.com"}, expect=201)
    account.firewall.rules, account.names.zones = {}, {}
    account.restart()
    assert account.read(droplet["id"]) == droplet
    assert len(account.firewall.rules) == len(account.names.zones) == 1
    assert (account.config.home / "cloud.json").stat().st_mode & 0o777 == 0o600


@killed
def test_a_half_made_droplet_is_made(account: Account) -> None:
    account.machines.held.clear()
    order = {"name": "web", "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
    droplet_id = account.ask("POST", "/v2/droplets", order, expect=202)["droplet"]["id"]
    assert account.read(droplet_id)["status"] == "new"
    account.restart()
    account.settle()
    assert account.read(droplet_id)["status"] == "active"


@killed
def test_a_half_deleted_droplet_is_deleted(account: Account) -> None:
    droplet = account.droplet()
    account.machines.held.clear()
    account.ask("DELETE", f"/v2/droplets/{droplet['id']}", expect=204)
    account.restart()
    account.settle()
    account.ask("GET", f"/v2/droplets/{droplet['id']}", expect=404)


def test_a_machine_that_is_missing_is_shown_as_off(account: Account) -> None:
    droplet = account.droplet()
    account.machines.running.clear()
    account.restart()
    assert account.read(droplet["id"])["status"] == "off"


def test_a_spoilt_file_is_named(account: Account) -> None:
    account.ask("POST", "/v2/tags", {"name": "a"}, expect=201)
    (account.config.home / "cloud.json").write_text("{")
    with pytest.raises(SandboxError, match=r"cloud\.json cannot be read"):
        account.restart()
