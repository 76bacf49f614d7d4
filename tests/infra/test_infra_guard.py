"""With `protect` on, nothing goes before the notebooks can have been saved."""

import subprocess

import pytest

from tests.infra.stack_program import ADDRESS, Declared, run_program
from tests.settings.raw_settings import raw_config


def guard(protect: str) -> Declared:
    return run_program(raw_config(protect=protect, domain="example.org", dns="zone")).one("Command", "guard")


def deleted(protect: str) -> subprocess.CompletedProcess[str]:
    inputs = guard(protect).inputs
    command = ["/bin/sh", "-c", inputs["delete"]]
    return subprocess.run(command, env=inputs["environment"], capture_output=True, text=True, check=False, timeout=30)


def test_on_its_deletion_fails_and_tells_how_to_copy_the_notebooks() -> None:
    done = deleted("true")
    assert done.returncode != 0
    assert f"scp -r owner@{ADDRESS}:/home/owner/notebooks" in done.stderr
    assert "pulumi config set protect false" in done.stderr


def test_off_its_deletion_says_nothing() -> None:
    done = deleted("false")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("protect", ["true", "false"])
def test_it_is_deleted_before_everything_else(protect: str) -> None:
    run = run_program(raw_config(protect=protect, domain="example.org", dns="zone"))
    others = {resource.name for resource in run.resources if resource.type != "Command"}
    assert run.one("Command", "guard").depends_on >= others


def test_a_droplet_that_is_replaced_replaces_it_first() -> None:
    made = guard("true")
    assert made.inputs["triggers"] == ["411"]
    assert made.options.deleteBeforeReplace
