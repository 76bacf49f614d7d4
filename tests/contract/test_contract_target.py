"""A Target crosses in the environment of a process: whole, or not at all."""

import json

import pytest

from contract.target import PREFIX, Target, TargetError
from tests.contract.targets import a_target

PARTS = sorted(a_target().to_environment())


def test_it_comes_out_as_it_went_in() -> None:
    target = a_target(
        outgoing='["5432/tcp"]', allowed_addresses='["198.51.100.7"]', password="with ' and \" and $HOME and ü"
    )
    assert Target.from_environment(target.to_environment()) == target


def test_a_server_without_a_cloud_comes_out_as_it_went_in() -> None:
    target = a_target(droplet_id="", stack="")
    other = Target(**{**vars(target), "cloud": False, "size": ""})
    assert Target.from_environment(other.to_environment()) == other


def test_what_else_is_in_the_environment_does_not_matter() -> None:
    target = a_target()
    surroundings = {"PATH": "/usr/bin", f"{PREFIX}DIGEST": "abc", f"{PREFIX}ATTEMPT": ""}
    assert Target.from_environment({**surroundings, **target.to_environment()}) == target


def test_each_secret_is_a_value_of_its_own() -> None:
    # The engine masks a secret only where it stands verbatim.
    environment = a_target().to_environment()
    secrets = {environment.pop(f"{PREFIX}{name}") for name in ("IDENTITY_SEED", "PASSWORD", "SUDO_PASSWORD")}
    assert len(secrets) == 3
    assert not [secret for secret in secrets for value in environment.values() if secret in value]


def test_the_settings_are_sorted_so_that_their_order_is_no_difference() -> None:
    text = a_target().to_environment()[f"{PREFIX}HOST_SETTINGS"]
    assert text == json.dumps(json.loads(text), sort_keys=True)


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_is_named(part: str) -> None:
    environment = a_target().to_environment()
    del environment[part]
    with pytest.raises(TargetError, match=rf"lacks {part}\."):
        Target.from_environment(environment)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("CLOUD", "certainly"),
        ("HOST_SETTINGS", "{"),
        ("HOST_SETTINGS", '{"owner": "a mistyped secret"}'),
        ("PASSWORD", "mistyped"),
    ],
)
def test_a_part_that_cannot_be_read_is_refused_without_its_value(part: str, value: str) -> None:
    environment = {**a_target().to_environment(), f"{PREFIX}{part}": value}
    with pytest.raises(TargetError) as caught:
        Target.from_environment(environment)
    assert value not in str(caught.value)
    assert "mistyped" not in str(caught.value)


@pytest.mark.parametrize("part", PARTS)
def test_any_part_of_one_counts_as_one(part: str) -> None:
    assert Target.is_in({"PATH": "/usr/bin", part: ""})


def test_an_environment_without_any_part_holds_none() -> None:
    assert not Target.is_in({"PATH": "/usr/bin", "JUPYTER_URL": "http://198.51.100.20:8888", "JUPYTER_STATE": "/x"})
