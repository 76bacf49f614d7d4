"""The sandbox stack's configuration: the owner's changes are kept, the tracked file's are taken."""

import stat
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.config import SandboxConfig, SandboxError
from sandbox.stack import config_file, owner
from settings.stack import load
from tests.settings.raw_settings import ENCRYPTED

TRACKED = {"digitalocean:apiEndpoint": "http://127.0.0.1:8642", "jupyter-anywhere:size": "s-1vcpu-1gb"}


class Stack:
    """`tracked` writes the file that is tracked, `own` changes the sandbox's own."""

    def __init__(self, folder: Path) -> None:
        self.config = SandboxConfig(name="test", home=folder / "home", cache=folder / "cache")
        owner.of(self.config)
        self._tracked = folder / "project" / "Pulumi.sandbox.yaml"
        self._tracked.parent.mkdir()
        self.tracked(TRACKED)

    def tracked(self, values: dict[str, Any]) -> None:
        self._tracked.write_text(yaml.safe_dump({"config": values}))

    def own(self, **values: Any) -> None:
        """None takes a key away."""
        document = config_file.read_document(config_file.path(self.config))
        for key, value in values.items():
            document["config"].pop(f"jupyter-anywhere:{key}", None)
            if value is not None:
                document["config"][f"jupyter-anywhere:{key}"] = value
        config_file.write(self.config, document)

    def refreshed(self) -> dict[str, Any]:
        """Short key to value."""
        config_file.refresh(self.config)
        return {key.partition(":")[2]: value for key, value in config_file.read(self.config).items()}


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    made = Stack(tmp_path)
    monkeypatch.setattr(config_file, "PROJECT_ROOT", tmp_path / "project")
    return made


def test_the_first_file_is_the_tracked_one_with_the_sandboxes_own_key(stack: Stack) -> None:
    assert stack.refreshed() == {
        "apiEndpoint": "http://127.0.0.1:8642",
        "size": "s-1vcpu-1gb",
        "ssh_public_keys": [f"{owner.ssh_key(stack.config)}.pub"],
    }


def test_what_the_owner_changed_is_kept(stack: Stack) -> None:
    stack.refreshed()
    stack.own(size="s-1vcpu-2gb")
    stack.tracked({**TRACKED, "jupyter-anywhere:size": "s-2vcpu-4gb"})
    assert stack.refreshed()["size"] == "s-1vcpu-2gb"


def test_what_the_owner_added_is_kept(stack: Stack) -> None:
    stack.refreshed()
    stack.own(owner="ada")
    assert stack.refreshed()["owner"] == "ada"


def test_what_the_owner_took_away_stays_away(stack: Stack) -> None:
    stack.refreshed()
    stack.own(size=None)
    assert "size" not in stack.refreshed()


def test_what_changed_in_the_tracked_file_is_taken(stack: Stack) -> None:
    stack.refreshed()
    stack.own(owner="ada")
    stack.tracked({**TRACKED, "jupyter-anywhere:size": "s-2vcpu-4gb"})
    assert stack.refreshed()["size"] == "s-2vcpu-4gb"


def test_what_is_new_in_the_tracked_file_is_taken(stack: Stack) -> None:
    stack.refreshed()
    stack.tracked({**TRACKED, "jupyter-anywhere:hostname": "notebooks"})
    assert stack.refreshed()["hostname"] == "notebooks"


def test_what_went_from_the_tracked_file_goes(stack: Stack) -> None:
    stack.refreshed()
    stack.tracked({"digitalocean:apiEndpoint": "http://127.0.0.1:8642"})
    assert "size" not in stack.refreshed()


def test_an_owners_value_that_the_tracked_file_adds_later_is_kept(stack: Stack) -> None:
    stack.refreshed()
    stack.own(hostname="mine")
    stack.tracked({**TRACKED, "jupyter-anywhere:hostname": "notebooks"})
    assert stack.refreshed()["hostname"] == "mine"


def test_a_file_that_was_removed_is_made_anew(stack: Stack) -> None:
    first = stack.refreshed()
    config_file.path(stack.config).unlink()
    assert stack.refreshed() == first


def test_what_the_engine_keeps_in_the_file_stays(stack: Stack) -> None:
    stack.refreshed()
    document = config_file.read_document(config_file.path(stack.config))
    config_file.write(stack.config, {**document, "encryptionsalt": "v1:abc"})
    stack.refreshed()
    assert config_file.read_document(config_file.path(stack.config))["encryptionsalt"] == "v1:abc"


def test_the_tracked_file_is_not_touched(stack: Stack, tmp_path: Path) -> None:
    before = (tmp_path / "project" / "Pulumi.sandbox.yaml").read_bytes()
    stack.refreshed()
    config_file.set_value(stack.config, "owner", "ada")
    assert (tmp_path / "project" / "Pulumi.sandbox.yaml").read_bytes() == before


def test_refreshing_again_changes_nothing(stack: Stack) -> None:
    stack.refreshed()
    before = config_file.path(stack.config).read_bytes()
    stack.refreshed()
    assert config_file.path(stack.config).read_bytes() == before


def test_the_file_is_the_owners_alone(stack: Stack) -> None:
    stack.refreshed()
    assert stat.S_IMODE(config_file.path(stack.config).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("owner", "ada", "ada"),
        ("public_port", "9443", "9443"),
        ("backups", "true", "true"),
        ("installer_version", "1.10", "1.10"),
        ("installer_sha256", "0" * 64, "0" * 64),
        ("record", "no", "no"),
        ("project", "", ""),
        ("tags", "home, play ,", ["home", "play"]),
        ("tags", "", []),
        ("outgoing", "5432/tcp", ["5432/tcp"]),
    ],
)
def test_a_value_is_set_as_it_was_given(key: str, text: str, value: Any, stack: Stack) -> None:
    stack.refreshed()
    config_file.set_value(stack.config, key, text)
    assert stack.refreshed()[key] == value


@pytest.mark.parametrize("key", ["password", "identity_seed", "no-such-key"])
def test_a_secret_and_what_is_no_setting_cannot_be_set_so(key: str, stack: Stack) -> None:
    stack.refreshed()
    before = config_file.path(stack.config).read_bytes()
    with pytest.raises(SandboxError, match="allowed are hostname, region"):
        config_file.set_value(stack.config, key, "x")
    assert config_file.path(stack.config).read_bytes() == before


def test_the_real_tracked_file_is_accepted_as_settings(tmp_path: Path) -> None:
    config = SandboxConfig(name="test", home=tmp_path / "home")
    person = owner.of(config)
    config_file.refresh(config)
    secrets = {f"jupyter-anywhere:{name}": getattr(person, name) for name in ("identity_seed", "password")}
    settings = load(config_file.read(config) | secrets, ENCRYPTED)
    assert settings.cloud.protect is False


def test_another_sandbox_has_its_own_port_and_network(tmp_path: Path) -> None:
    config = SandboxConfig(name="test", home=tmp_path / "home", subnet=IPv4Network("10.99.7.0/24"), api_port=9999)
    owner.of(config)
    config_file.refresh(config)
    text = config_file.path(config).read_text()
    assert "http://127.0.0.1:9999" in text
    assert "http://10.99.7.1/" in text
    assert "198.51.100.1" not in text
    assert "8642" not in text
