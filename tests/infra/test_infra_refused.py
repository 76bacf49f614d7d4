"""What the account makes impossible stops the program before anything is declared."""

import json
from typing import Any

import pulumi
import pytest

from tests.infra import stack_program
from tests.infra.stack_program import Account
from tests.settings.raw_settings import raw_config

OURS = {"id": 411, "name": "jupyter", "tags": ["jupyter-anywhere-dev"], "disk": 50, "image": "ubuntu-24-04-x64"}


def refusal(account: Account | None = None, config: dict[str, str] | None = None, **changes: str | None) -> str:
    with pytest.raises(pulumi.RunError) as caught:
        stack_program.run_program(config or raw_config(**changes), account)
    return str(caught.value)


def test_wrong_settings_are_told_without_a_traceback() -> None:
    message = refusal(hostname="My Server", pasword="x")
    assert [line.split()[1] for line in message.splitlines()] == ["pasword:", "hostname"]


def test_a_size_that_is_not_offered_comes_with_those_that_are() -> None:
    message = refusal(size="s-16vcpu-64gb")
    assert message == (
        "Setting size = 's-16vcpu-64gb': it is not offered in fra1; allowed are s-1vcpu-512mb-10gb ($4), "
        "s-1vcpu-1gb ($6), s-1vcpu-2gb ($12), s-2vcpu-4gb ($24), s-8vcpu-16gb ($96). "
        "Set it with: pulumi config set size SIZE"
    )


def test_a_size_of_another_region_is_not_offered() -> None:
    assert "it is not offered in nyc1; allowed are s-1vcpu-1gb ($6)" in refusal(size="s-2vcpu-4gb", region="nyc1")


def test_a_size_that_is_sold_out_is_not_offered() -> None:
    assert "it is not offered in fra1" in refusal(size="s-1vcpu-3gb")


def test_a_region_without_any_size_comes_with_those_that_are_open() -> None:
    assert refusal(region="ams9") == (
        "Setting region = 'ams9': no size is offered there; allowed are fra1, nyc1. "
        "Set it with: pulumi config set region REGION"
    )


def test_a_size_with_a_smaller_disk_than_the_servers_comes_with_those_that_fit() -> None:
    message = refusal(Account(droplets=[{**OURS, "disk": 80}]), size="s-1vcpu-2gb")
    assert "a disk of 50 GB, the server's is 80 GB and cannot shrink" in message
    assert "allowed are s-2vcpu-4gb ($24), s-8vcpu-16gb ($96)." in message


def test_a_disk_that_no_size_has_is_said_to_fit_none() -> None:
    assert "allowed are none." in refusal(Account(droplets=[{**OURS, "disk": 999}]))


def test_a_smaller_size_with_a_disk_that_fits_is_accepted() -> None:
    account = Account(droplets=[{**OURS, "disk": 25}])
    run = stack_program.run_program(raw_config(size="s-1vcpu-1gb"), account)
    assert run.one("Droplet").inputs["size"] == "s-1vcpu-1gb"


def test_the_disk_of_somebody_elses_droplet_does_not_count() -> None:
    account = Account(droplets=[{**OURS, "tags": ["jupyter-anywhere-spare"], "disk": 320}])
    assert stack_program.run_program(raw_config(), account).one("Droplet")


def test_an_image_that_is_not_offered_comes_with_those_that_are() -> None:
    assert refusal(image="ubuntu-99-04-x64") == (
        "Setting image = 'ubuntu-99-04-x64': there is no such image; allowed are debian-12-x64, ubuntu-24-04-x64. "
        "Set it with: pulumi config set image IMAGE"
    )


def test_an_image_that_is_not_offered_does_not_cost_the_droplet_that_is_there() -> None:
    assert "there is no such image" in refusal(Account(droplets=[OURS]), image="ubuntu-99-04-x64")


@pytest.mark.parametrize("image", ["ubuntu-20-04-x64", "168571234"], ids=["under its slug", "by its number"])
def test_an_image_that_is_offered_no_more_is_kept(image: str) -> None:
    account = Account(droplets=[{**OURS, "image": image}])
    run = stack_program.run_program(raw_config(image="ubuntu-20-04-x64"), account)
    assert run.one("Droplet").inputs["image"] == "ubuntu-20-04-x64"


def test_a_zone_that_is_not_there_comes_with_both_ways_out() -> None:
    message = refusal(Account(zones=["other.org"]), domain="example.org")
    assert message.startswith("Setting domain = 'example.org': the account has no such zone; it has other.org.")
    assert "pulumi config set dns zone" in message
    assert "pulumi config set dns external" in message


@pytest.mark.parametrize("dns", ["zone", "external"])
def test_a_zone_that_is_made_or_elsewhere_need_not_be_there(dns: str) -> None:
    assert stack_program.run_program(raw_config(domain="example.org", dns=dns)).one("Droplet")


def test_a_value_that_only_the_engines_environment_has_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    values: dict[str, Any] = {"jupyter-anywhere:hostname": "My Server"}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
    assert refusal().startswith("Setting hostname = 'My Server'")


def test_an_account_that_is_locked_is_said_with_its_reason() -> None:
    message = refusal(Account(account={"status": "locked", "statusMessage": "unpaid invoice"}))
    assert message.startswith("The DigitalOcean account is locked (unpaid invoice)")


def test_an_account_without_a_verified_address_is_told_to_verify_it() -> None:
    assert "has not verified owner@example.org" in refusal(Account(account={"emailVerified": False}))


def test_a_full_account_makes_no_new_droplet_and_keeps_the_one_it_has() -> None:
    others = [{**OURS, "tags": ["somebody else's"]}] * 2
    assert "may have 2 droplets" in refusal(Account(droplets=others, account={"dropletLimit": 2}))
    full = Account(droplets=[OURS, *others], account={"dropletLimit": 3})
    assert stack_program.run_program(raw_config(), full).one("Droplet")


HERE = {**OURS, "ipv4Address": "198.51.100.20"}


def seen_as(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    monkeypatch.setattr("infra.preflight.seen_address", lambda _: address)


def test_an_allow_list_that_shuts_this_machine_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seen_as(monkeypatch, "203.0.113.9")
    message = refusal(Account(droplets=[HERE]), allowed_addresses='["198.51.100.0/24"]')
    assert "which the server sees as 203.0.113.9; nothing was changed" in message
    assert "pulumi config set --path 'allowed_addresses[1]' 203.0.113.9" in message


@pytest.mark.parametrize(
    ("seen", "changes"),
    [
        ("198.51.100.7", {}),
        (None, {}),
        ("203.0.113.9", {"shut_me_out": "true"}),
    ],
    ids=["it lets us in", "nobody knows our address", "it is meant"],
)
def test_an_allow_list_is_taken_where(
    seen: str | None, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_as(monkeypatch, seen)
    config = raw_config(allowed_addresses='["198.51.100.0/24"]', **changes)
    assert stack_program.run_program(config, Account(droplets=[HERE])).one("Firewall")
