"""What the engine's raw configuration becomes."""

import json
from pathlib import Path

import pytest

from settings.stack import load
from tests.settings.raw_settings import ENCRYPTED, PASSWORD, PUBLIC_KEY, SEED, raw_config
from versions import ANACONDA, MINIFORGE

SHA = "ab" * 32


def test_text_becomes_numbers_and_truth_values() -> None:
    settings = load(raw_config(public_port="9443", dns_ttl="60", backups="true", monitoring="false"), ENCRYPTED)
    assert (settings.host.public_port, settings.cloud.dns_ttl) == (9443, 60)
    assert settings.cloud.backups is True
    assert settings.cloud.monitoring is False


def test_lists_are_read_from_json() -> None:
    settings = load(raw_config(tags='["home", "play"]', outgoing='["5432/tcp", "6000:6010/udp"]'), ENCRYPTED)
    assert settings.cloud.tags == ("home", "play")
    assert settings.host.outgoing == ("5432/tcp", "6000:6010/udp")


def test_values_that_are_typed_already_are_taken_as_they_are() -> None:
    typed = {"jupyter-anywhere:public_port": 9443, "jupyter-anywhere:tags": ["home"]}
    settings = load({**raw_config(), **typed}, ENCRYPTED)
    assert (settings.host.public_port, settings.cloud.tags) == (9443, ("home",))


def test_without_any_choice_the_defaults_count() -> None:
    settings = load(raw_config(), ENCRYPTED)
    assert (settings.cloud.size, settings.cloud.region, settings.cloud.protect) == ("s-1vcpu-2gb", "fra1", True)
    assert (settings.host.owner, settings.host.public_port) == ("owner", 8888)
    assert settings.secrets.sudo_password.get_secret_value() == ""


def test_secrets_arrive() -> None:
    secrets = load(raw_config(sudo_password="sudo please"), ENCRYPTED).secrets
    assert secrets.identity_seed.get_secret_value() == SEED
    assert secrets.password.get_secret_value() == PASSWORD
    assert secrets.sudo_password.get_secret_value() == "sudo please"


def test_keys_of_other_namespaces_are_somebody_elses() -> None:
    load({**raw_config(), "digitalocean:apiEndpoint": "http://127.0.0.1:8642", "aws:region": "x"}, ENCRYPTED)


def test_a_key_may_be_given_as_its_file(tmp_path: Path) -> None:
    file = tmp_path / "id_ed25519.pub"
    file.write_text(f"{PUBLIC_KEY} somebody@laptop\n")
    assert load(raw_config(ssh_public_keys=json.dumps([str(file)])), ENCRYPTED).host.ssh_public_keys == (PUBLIC_KEY,)


def test_a_key_may_be_given_as_a_file_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key.pub").write_text(PUBLIC_KEY)
    assert load(raw_config(ssh_public_keys='["~/key.pub"]'), ENCRYPTED).host.ssh_public_keys == (PUBLIC_KEY,)


def test_a_keys_comment_makes_no_difference() -> None:
    twice = json.dumps([f"{PUBLIC_KEY} somebody@laptop", f"{PUBLIC_KEY} somebody@tablet"])
    assert load(raw_config(ssh_public_keys=twice), ENCRYPTED).host.ssh_public_keys == (PUBLIC_KEY,)


def test_an_address_becomes_a_network() -> None:
    allowed = load(raw_config(allowed_addresses='["198.51.100.7", "2001:DB8::/48"]'), ENCRYPTED).host.allowed_addresses
    assert allowed == ("198.51.100.7/32", "2001:db8::/48")


def test_each_distribution_names_its_installer() -> None:
    own = {"installer_version": "mine-1", "installer_url": "http://example.org/i.sh", "installer_sha256": SHA}
    assert load(raw_config(), ENCRYPTED).host.installer == ANACONDA
    assert (
        load(raw_config(python_distribution="miniforge", accept_anaconda_terms=None), ENCRYPTED).host.installer
        == MINIFORGE
    )
    custom = load(raw_config(python_distribution="custom", accept_anaconda_terms=None, **own), ENCRYPTED).host.installer
    assert (custom.version, custom.url, custom.sha256) == ("mine-1", "http://example.org/i.sh", SHA)


@pytest.mark.parametrize(
    ("domain", "record", "name"),
    [("", "jupyter", ""), ("example.org", "jupyter", "jupyter.example.org"), ("example.org", "@", "example.org")],
)
def test_the_full_name(domain: str, record: str, name: str) -> None:
    assert load(raw_config(domain=domain, record=record), ENCRYPTED).cloud.fqdn == name


@pytest.mark.parametrize(
    ("given", "kept"), [("UTC", "Etc/UTC"), ("GMT", "Etc/GMT"), ("Europe/Berlin", "Europe/Berlin")]
)
def test_a_time_zone_is_kept_by_its_full_name(given: str, kept: str) -> None:
    assert load(raw_config(timezone=given), ENCRYPTED).host.timezone == kept
