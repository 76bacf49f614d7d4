"""What the owner is shown."""

import json

import pytest

from contract.identity import lasting_host_key
from contract.target import Target
from infra.costs import EXTRAS_AS_OF, monthly_cost
from tests.infra.stack_program import ADDRESS, Account, run_program
from tests.settings.raw_settings import SEED, raw_config


def test_without_a_domain_the_address_is_what_to_open() -> None:
    outputs = run_program(raw_config(public_port="9443")).outputs
    assert outputs["address"] == ADDRESS
    assert outputs["url"] == f"http://{ADDRESS}:9443"


def test_with_a_domain_the_name_is_what_to_open() -> None:
    run = run_program(raw_config(domain="example.org"), Account(zones=["example.org"]))
    assert run.outputs["url"] == "http://jupyter.example.org:8888"


def test_the_ssh_command_is_the_owners() -> None:
    assert run_program(raw_config(owner="ada")).outputs["ssh"] == f"ssh ada@{ADDRESS}"


def test_the_host_key_is_the_lasting_one() -> None:
    assert run_program(raw_config()).outputs["host_key"] == lasting_host_key(SEED).fingerprint


def test_the_target_is_secret_and_whole() -> None:
    run = run_program(raw_config())
    assert Target.from_environment(json.loads(run.outputs["target"])).address == ADDRESS
    assert run.secret_outputs == {"target"}


def test_the_costs_are_those_of_the_size() -> None:
    assert run_program(raw_config(size="s-1vcpu-1gb")).outputs["monthly_cost"] == (
        "$6.00 a month, estimated: $6.00 droplet"
    )


def test_backups_are_counted() -> None:
    shown = run_program(raw_config(size="s-1vcpu-1gb", backups="true")).outputs["monthly_cost"]
    assert shown == f"$7.20 a month, estimated: $6.00 droplet + $1.20 backups (share as of {EXTRAS_AS_OF})"


def test_the_sum_is_that_of_its_parts() -> None:
    assert monthly_cost(24.0, backups=True).total == pytest.approx(28.8)
