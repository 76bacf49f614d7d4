"""The hand-over as the engine runs it: once everything stands, and again whenever the outcome may differ."""

import pytest

from contract.target import PREFIX, Target
from handover.attempt import begin_attempt, current_attempt
from infra.digest import digest
from settings.stack import load
from tests.infra.stack_program import ADDRESS, Declared, run_program
from tests.settings.raw_settings import ENCRYPTED, PASSWORD, SEED, raw_config


def hand_over(**changes: str | None) -> Declared:
    return run_program(raw_config(**changes)).one("Command", "hand-over")


def test_its_environment_is_the_target_with_digest_and_attempt_and_nothing_else() -> None:
    settings = load(raw_config(sudo_password="sudo, please!"), ENCRYPTED)
    target = Target(
        address=ADDRESS,
        droplet_id="411",
        size="s-1vcpu-2gb",
        cloud=True,
        settings=settings.host,
        secrets=settings.secrets,
        stack="dev",
    )
    assert hand_over(sudo_password="sudo, please!").inputs["environment"] == {
        **target.to_environment(),
        f"{PREFIX}DIGEST": digest(),
        f"{PREFIX}ATTEMPT": "",
    }


def test_its_environment_is_secret() -> None:
    assert "environment" in hand_over().secret


def test_each_secret_is_a_value_of_its_own() -> None:
    # The engine masks a secret only where it stands verbatim.
    environment = hand_over(sudo_password="sudo, please!").inputs["environment"]
    assert environment.pop(f"{PREFIX}PASSWORD") == PASSWORD
    assert environment.pop(f"{PREFIX}SUDO_PASSWORD") == "sudo, please!"
    assert environment.pop(f"{PREFIX}IDENTITY_SEED") == SEED
    assert not [value for value in environment.values() if PASSWORD in value or SEED in value]


def test_a_changed_input_updates_and_never_replaces() -> None:
    inputs = hand_over().inputs
    assert inputs["create"] == "exec .venv/bin/python -m handover"
    assert {"update", "delete", "triggers"} & inputs.keys() == set()


def test_an_earlier_runs_output_is_not_passed_on() -> None:
    assert hand_over().inputs["addPreviousOutputInEnv"] is False


def test_what_it_prints_is_secret_in_the_state() -> None:
    assert set(hand_over().options.additionalSecretOutputs) == {"stdout", "stderr"}


def test_it_runs_once_everything_that_it_needs_stands() -> None:
    depends_on = hand_over(domain="example.org", dns="zone").depends_on
    assert depends_on >= {"droplet", "firewall", "record-a", "record-aaaa", "project-resources"}


@pytest.mark.parametrize(
    "change",
    [
        {"size": "s-1vcpu-1gb"},
        {"public_port": "9443"},
        {"password": "another long password"},
        {"allowed_addresses": '["198.51.100.7"]'},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decides_about_the_host_is_a_difference(change: dict[str, str]) -> None:
    assert hand_over(**change).inputs != hand_over().inputs


@pytest.mark.parametrize(
    "change", [{"tags": '["home"]'}, {"backups": "true"}, {"project": ""}], ids=lambda change: next(iter(change))
)
def test_what_stays_in_the_cloud_is_no_difference(change: dict[str, str]) -> None:
    assert hand_over(**change).inputs == hand_over().inputs


def test_an_attempt_that_failed_is_a_difference() -> None:
    before = hand_over().inputs["environment"][f"{PREFIX}ATTEMPT"]
    begin_attempt("dev")
    assert hand_over().inputs["environment"][f"{PREFIX}ATTEMPT"] == current_attempt("dev") != before
