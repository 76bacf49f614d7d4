"""The sandbox's owner: random, kept, and nobody else's to read."""

import stat
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from sandbox.config import SandboxConfig
from sandbox.stack import owner
from settings.host import Secrets, read_public_key


@pytest.fixture
def config(tmp_path: Path) -> SandboxConfig:
    return SandboxConfig(name="test", home=tmp_path / "home")


def test_the_same_one_is_found_again(config: SandboxConfig) -> None:
    first = owner.of(config)
    key = owner.ssh_key(config).read_bytes()
    assert owner.of(config) == first
    assert owner.ssh_key(config).read_bytes() == key


def test_each_sandbox_has_another_one(config: SandboxConfig, tmp_path: Path) -> None:
    one, other = owner.of(config), owner.of(SandboxConfig(name="other", home=tmp_path / "other"))
    assert not set(asdict(one).values()) & set(asdict(other).values())


def test_every_secret_is_another_one_and_long_enough_for_the_stack(config: SandboxConfig) -> None:
    person = owner.of(config)
    assert len(set(asdict(person).values())) == len(asdict(person))
    Secrets.model_validate({name: getattr(person, name) for name in Secrets.model_fields})


@pytest.mark.parametrize("name", ["owner.json", "passphrase", "id_ed25519"])
def test_what_is_secret_is_the_owners_alone(name: str, config: SandboxConfig) -> None:
    owner.of(config)
    assert stat.S_IMODE((config.home / name).stat().st_mode) == 0o600


def test_its_folder_is_the_owners_alone(config: SandboxConfig) -> None:
    owner.of(config)
    assert stat.S_IMODE(config.home.stat().st_mode) == 0o700


def test_the_passphrase_is_the_engines(config: SandboxConfig) -> None:
    person = owner.of(config)
    assert owner.passphrase_file(config).read_text() == person.passphrase


def test_the_key_logs_in_without_a_passphrase(config: SandboxConfig) -> None:
    owner.of(config)
    command = ["ssh-keygen", "-y", "-P", "", "-f", str(owner.ssh_key(config))]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    assert shown.split()[:2] == read_public_key(f"{owner.ssh_key(config)}.pub").split()


def test_a_lost_key_is_made_anew_and_the_rest_kept(config: SandboxConfig) -> None:
    first = owner.of(config)
    owner.ssh_key(config).unlink()
    assert owner.of(config) == first
    assert owner.ssh_key(config).exists()
