"""What stops before anything is created, and how it is told."""

import json
from pathlib import Path

import pytest

from contract.identity import lasting_host_key
from settings.stack import SettingsError, load
from tests.settings.raw_settings import ENCRYPTED, PASSWORD, PUBLIC_KEY, SEED, raw_config

SHA = "ab" * 32
PRIVATE_KEY = lasting_host_key("somebody's laptop").private
PRIVATE_LINE = PRIVATE_KEY.splitlines()[1]


def refusal(**changes: str | None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(raw_config(**changes), ENCRYPTED)
    return str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("hostname", "My Server", "host name"),
        ("hostname", "-jupyter", "pattern"),
        ("hostname", "a" * 64, "pattern"),
        ("hostname", "jupyter.example.org", "pattern"),
        ("region", "Frankfurt", "slug"),
        ("size", "big", "slug"),
        ("image", "fedora-42-x64", "Ubuntu and Debian"),
        ("image", "Ubuntu 24.04", "Ubuntu or Debian"),
        ("project", "x" * 151, "150"),
        ("domain", "localhost", "empty for none"),
        ("domain", "exa mple.org", "empty for none"),
        ("domain", "example.org.", "empty for none"),
        ("record", "-", "`@` for the domain itself"),
        ("record", "", "`@` for the domain itself"),
        ("dns", "cloudflare", "'record', 'zone' or 'external'"),
        ("dns_ttl", "5", "30"),
        ("dns_ttl", "a day", "integer"),
        ("backups", "perhaps", "boolean"),
        ("protect", "", "boolean"),
        ("owner", "Root", "never root"),
        ("owner", "www-data", "choose a name of your own"),
        ("public_port", "0", "1024"),
        ("public_port", "443", "1024"),
        ("public_port", "65536", "65535"),
        ("public_port", "http", "integer"),
        ("public_port", "8888.5", "integer"),
        ("notebooks_folder", "../other", "home"),
        ("timezone", "Europe/Ber lin", "tz database"),
        ("python_distribution", "conda", "'anaconda', 'miniforge' or 'custom'"),
        ("accept_anaconda_terms", "false", "`miniforge`, which needs no terms"),
        ("installer_url", "ftp://example.org/i.sh", "https?"),
        ("installer_sha256", "abc", "hexadecimal"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed_and_the_command(key: str, value: str, allowed: str) -> None:
    message = refusal(**{key: value})
    assert message.startswith(f"Setting {key} = ")
    assert value in message
    assert allowed in message
    assert f"pulumi config set {key} VALUE" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("key", "entry", "allowed"),
    [
        ("tags", "two words", "pattern"),
        ("allowed_addresses", "198.51.100.7/33", "198.51.100.7/32"),
        ("allowed_addresses", "198.51.100.7/24", "198.51.100.7/32"),
        ("allowed_addresses", "home.example.org", "2001:db8::/48"),
        ("outgoing", "5432", "PORT/tcp"),
        ("outgoing", "5432/icmp", "PORT/tcp"),
        ("outgoing", "0/tcp", "1 to 65535"),
        ("outgoing", "65536/udp", "1 to 65535"),
        ("outgoing", "6010:6000/tcp", "the smaller first"),
    ],
)
def test_a_wrong_entry_of_a_list_is_named_among_right_ones(key: str, entry: str, allowed: str) -> None:
    right = {"tags": "home", "allowed_addresses": "198.51.100.0/24", "outgoing": "5432/tcp"}[key]
    message = refusal(**{key: json.dumps([right, entry])})
    assert message.startswith(f"Setting {key} = ")
    assert entry in message
    assert allowed in message
    assert f"pulumi config set --path '{key}[0]' VALUE" in message


@pytest.mark.parametrize("key", ["tags", "allowed_addresses", "outgoing"])
@pytest.mark.parametrize("value", ["plain text", "{}", "17", ""])
def test_a_list_given_as_something_else_is_refused(key: str, value: str) -> None:
    message = refusal(**{key: value})
    assert message.startswith(f"Setting {key} = ")
    assert f"pulumi config set --path '{key}[0]' VALUE" in message


def test_a_misspelt_key_suggests_the_right_one() -> None:
    message = refusal(pasword="a secret that was mistyped")
    assert message == (
        "Setting pasword: there is no such key. Did you mean password? Remove it with: pulumi config rm pasword"
    )


def test_a_key_that_resembles_none_points_to_the_reference() -> None:
    assert "docs/reference/settings.md lists the keys" in refusal(zzzzzz="1")


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_seed_comes_with_the_command_that_makes_one(value: str | None) -> None:
    message = refusal(identity_seed=value)
    assert message.startswith("Setting identity_seed is missing. ")
    assert "secrets.token_hex(32))' | pulumi config set --secret identity_seed" in message


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_password_comes_with_the_command_that_sets_it(value: str | None) -> None:
    message = refusal(password=value)
    assert message.startswith("Setting password is missing. ")
    assert message.endswith("pulumi config set --secret password")


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [("password", "short-pass-13", "fewer than 14"), ("identity_seed", "too-short-a-seed", "fewer than 32")],
)
def test_a_short_secret_is_refused_and_not_repeated(key: str, value: str, reason: str) -> None:
    message = refusal(**{key: value})
    assert message.startswith(f"Setting {key}: ")
    assert reason in message
    assert value not in message
    assert f"pulumi config set --secret {key}" in message


def test_the_secrets_that_are_right_are_in_no_message() -> None:
    message = refusal(region="Frankfurt", sudo_password="sudo please", password=PASSWORD, identity_seed=SEED)
    for secret in ("sudo please", PASSWORD, SEED):
        assert secret not in message


def test_a_private_key_as_text_is_refused_and_not_repeated() -> None:
    message = refusal(ssh_public_keys=json.dumps([PRIVATE_KEY]))
    assert message.startswith("Setting ssh_public_keys: that is a private key")
    assert ".pub" in message
    assert PRIVATE_LINE not in message


def test_a_private_keys_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "id_ed25519").write_text(PRIVATE_KEY)
    message = refusal(ssh_public_keys=json.dumps([str(tmp_path / "id_ed25519")]))
    assert "that is a private key" in message
    assert PRIVATE_LINE not in message


@pytest.mark.parametrize(
    "text",
    [
        "".join(PRIVATE_KEY.splitlines()[1:-1]),
        f"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n{PRIVATE_LINE}\n",
    ],
    ids=["without its first line", "PuTTY's form"],
)
def test_a_private_key_in_a_form_that_is_not_known_is_not_repeated(text: str) -> None:
    message = refusal(ssh_public_keys=json.dumps([text]))
    assert message.startswith("Setting ssh_public_keys: ")
    assert PRIVATE_LINE not in message


@pytest.mark.parametrize("file", ["/nowhere/id_ed25519.pub", "~no-such-user/key.pub", "/"])
def test_a_keys_file_that_cannot_be_read_is_named(file: str) -> None:
    message = refusal(ssh_public_keys=json.dumps([file]))
    assert f"{file!r} is neither a public key nor a readable file with one" in message
    assert "ssh-keygen -t ed25519" in message
    assert "pulumi config set --path 'ssh_public_keys[0]' VALUE" in message


@pytest.mark.parametrize(
    "text",
    ["ssh-ed25519", "ssh-ed25519 AAAA", PUBLIC_KEY[:-6], PUBLIC_KEY.replace("ssh-ed25519 ", "ssh-rsa "), "ssh-rsa *"],
    ids=["only the type", "hardly begun", "cut in copying", "another type", "no base64"],
)
def test_what_is_no_whole_public_key_is_refused(text: str) -> None:
    assert "that is no OpenSSH public key" in refusal(ssh_public_keys=json.dumps([text]))


def test_a_file_with_several_keys_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.pub").write_text(f"{PUBLIC_KEY}\n{PUBLIC_KEY}\n")
    assert "one line" in refusal(ssh_public_keys=json.dumps([str(tmp_path / "keys.pub")]))


def test_no_key_at_all_is_refused() -> None:
    assert refusal(ssh_public_keys="[]").startswith("Setting ssh_public_keys: ")


def test_anacondas_terms_are_asked_for_when_nothing_is_said_of_them() -> None:
    message = refusal(accept_anaconda_terms=None)
    assert "https://www.anaconda.com/legal" in message
    assert "pulumi config set accept_anaconda_terms VALUE" in message


@pytest.mark.parametrize("missing", ["installer_version", "installer_url", "installer_sha256"])
def test_half_an_installer_is_refused(missing: str) -> None:
    whole = {"installer_version": "mine-1", "installer_url": "http://example.org/i.sh", "installer_sha256": SHA}
    message = refusal(python_distribution="custom", **{**whole, missing: None})
    assert message.startswith(f"Setting {missing} = ''")
    assert "needs installer_version, installer_url and installer_sha256" in message
    assert f"pulumi config set {missing} VALUE" in message


def test_an_installer_that_would_not_be_used_is_refused() -> None:
    message = refusal(installer_version="mine-1")
    assert message.startswith("Setting installer_version = 'mine-1': ")
    assert "only with python_distribution `custom`" in message


def test_every_fault_is_told_at_once() -> None:
    message = refusal(
        hostnam="x",
        region="Frankfurt",
        public_port="80",
        password=None,
        identity_seed="short",
        accept_anaconda_terms=None,
    )
    named = [line.split()[1].strip(":") for line in message.splitlines()]
    assert sorted(named) == [
        "accept_anaconda_terms",
        "hostnam",
        "identity_seed",
        "password",
        "public_port",
        "region",
    ]


@pytest.mark.parametrize("key", ["identity_seed", "password", "sudo_password"])
def test_a_secret_that_stands_in_clear_is_refused_and_not_repeated(key: str) -> None:
    value = "0123456789" * 5
    with pytest.raises(SettingsError) as caught:
        load(raw_config(**{key: value}), ENCRYPTED - {f"jupyter-anywhere:{key}"})
    assert f"Setting {key} stands in clear" in str(caught.value)
    assert f"pulumi config set --secret {key}" in str(caught.value)
    assert value not in str(caught.value)
