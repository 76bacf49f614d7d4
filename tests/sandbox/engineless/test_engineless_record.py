"""What was made for which inputs."""

import stat
from pathlib import Path

import pytest

from sandbox.engineless.record import Record, digested

INPUTS = {"name": "jupyter", "tags": ["a", "b"], "environment": {"PASSWORD": "correct horse", "SIZE": "s"}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "engineless.json"


def test_what_was_never_made_has_no_differences(file: Path) -> None:
    assert Record(file).get("droplet") is None
    assert Record(file).differences("droplet", INPUTS) == []


def test_the_next_run_knows_what_was_made(file: Path) -> None:
    Record(file).put("droplet", "Droplet", "411", INPUTS)
    entry = Record(file).get("droplet")
    assert entry is not None
    assert (entry["type"], entry["id"]) == ("Droplet", "411")
    assert Record(file).differences("droplet", dict(reversed(INPUTS.items()))) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"name": "other"}, ["name"]),
        ({"tags": ["b", "a"]}, ["tags"]),
        ({"environment": {"PASSWORD": "correct house", "SIZE": "s"}}, ["environment"]),
        ({"new": 1}, ["new"]),
        ({"name": None}, ["name"]),
        ({"name": "other", "tags": []}, ["name", "tags"]),
    ],
)
def test_what_differs_is_named(change: dict[str, object], named: list[str], file: Path) -> None:
    Record(file).put("droplet", "Droplet", "411", INPUTS)
    assert Record(file).differences("droplet", {**INPUTS, **change}) == named


def test_an_input_without_a_value_is_none(file: Path) -> None:
    Record(file).put("droplet", "Droplet", "411", {**INPUTS, "vpc": None})
    assert Record(file).differences("droplet", INPUTS) == []


def test_secrets_are_kept_as_digests_in_a_file_of_the_owners(file: Path) -> None:
    Record(file).put("hand-over", "Command", "hand-over", INPUTS)
    assert "correct horse" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_digest_does_not_depend_on_the_order_of_a_map() -> None:
    assert digested({"a": {"x": 1, "y": 2}}) == digested({"a": {"y": 2, "x": 1}})
