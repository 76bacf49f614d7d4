"""The variables with which a person's own commands reach the sandbox stack."""

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from contract.identity import lasting_host_key
from sandbox.config import SandboxConfig, SandboxError
from sandbox.stack import environment, owner
from tests.contract.targets import a_target
from tests.settings.raw_settings import SEED

URL = "http://198.51.100.20:8888"


@pytest.fixture
def config(tmp_path: Path) -> SandboxConfig:
    return SandboxConfig(name="test", home=tmp_path / "a home")


@pytest.mark.parametrize(
    "value",
    ["plain", "", "two words", "it's", '"quoted"', "$HOME `id` $(id)", "back\\slash", "two\nlines", "ü;&|<>*?~#!"],
)
def test_a_shell_reads_the_value_that_was_meant(value: str) -> None:
    line = environment.as_shell({"FIRST": "1", "VALUE": value})
    script = 'eval "$LINE"; printf "%s" "$VALUE"'
    done = subprocess.run(
        ["/bin/sh", "-c", script], env=os.environ | {"LINE": line}, capture_output=True, check=True, timeout=30
    )
    assert done.stdout.decode() == value


def test_the_values_reach_programs_that_the_shell_starts() -> None:
    line = environment.as_shell({"JUPYTER_X": "it's"})
    done = subprocess.run(["/bin/sh", "-c", f"{line}\nenv"], capture_output=True, text=True, check=True, timeout=30)
    assert "JUPYTER_X=it's\n" in done.stdout


def test_without_an_engine_its_variables_are_left_out(config: SandboxConfig) -> None:
    variables = environment.base(config, None)
    assert not [name for name in variables if name.startswith("PULUMI") or name == "PATH"]
    assert variables["DIGITALOCEAN_TOKEN"] == owner.of(config).token
    assert variables["JUPYTER_STATE"] == str(config.home / "state")


def test_with_an_engine_its_variables_are_there_too(config: SandboxConfig) -> None:
    variables = environment.base(config, Path("/opt/pulumi/bin/pulumi"))
    assert variables["PULUMI_STACK"] == "sandbox"
    assert variables["DIGITALOCEAN_TOKEN"] == owner.of(config).token


def test_which_sandbox_it_is_stays_said(config: SandboxConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_SANDBOX_NAME", "other")
    assert environment.base(config, None)["JUPYTER_SANDBOX_NAME"] == "other"


def test_a_person_gets_what_opens_the_server(config: SandboxConfig) -> None:
    variables = environment.person(_with_owner(config), a_target(), URL)
    assert variables["JUPYTER_URL"] == URL
    assert variables["JUPYTER_ADDRESS"] == "198.51.100.20"
    assert variables["JUPYTER_PASSWORD"] == a_target().secrets.password.get_secret_value()


def test_the_ssh_command_verifies_the_host_by_its_lasting_key(config: SandboxConfig) -> None:
    words = shlex.split(environment.person(_with_owner(config), a_target(), URL)["JUPYTER_SSH"])
    assert (words[0], words[-1]) == ("ssh", "root@198.51.100.20")
    assert words[words.index("-i") + 1] == str(owner.ssh_key(config))
    assert "StrictHostKeyChecking=yes" in words
    (known,) = [word.partition("=")[2] for word in words if word.startswith("UserKnownHostsFile=")]
    assert Path(known).read_text() == f"198.51.100.20 {lasting_host_key(SEED).public}\n"


@pytest.mark.parametrize("encoded", [True, False], ids=["as JSON within JSON", "as an object"])
def test_the_target_is_found_among_the_outputs(encoded: bool) -> None:
    target = a_target().to_environment()
    assert environment.target_of({"target": json.dumps(target) if encoded else target}) == a_target()


def test_outputs_without_a_target_are_told_how_to_get_one() -> None:
    with pytest.raises(SandboxError, match="no server yet: make up"):
        environment.target_of({"address": "198.51.100.20"})


def test_without_an_engine_there_are_no_outputs_before_the_first_run(config: SandboxConfig) -> None:
    assert environment.engineless_outputs(config) == {}


def _with_owner(config: SandboxConfig) -> SandboxConfig:
    owner.of(config)
    return config
