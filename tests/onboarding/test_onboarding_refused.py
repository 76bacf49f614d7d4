"""Each bad input of `make init` is one line, and the next run comes to the normal end."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import engine
from onboarding.__main__ import main
from tests.onboarding.newcomers import STACK, Newcomer
from tests.sandbox.api.api_account import KEY, Account


def refused(newcomer: Newcomer, capsys: pytest.CaptureFixture[str], *flags: str) -> str:
    """The one line, once it is known that no stack was made, and that the next run makes it."""
    assert newcomer.init("--yes", *flags) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert newcomer.settings == {}
    assert not newcomer.sheet.exists()
    return line


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--region", "mars1"], ["--region", "'mars1'", "fra1"]),
        (["--size", "s-9000vcpu"], ["--size", "'s-9000vcpu'", "s-1vcpu-2gb"]),
        (["--size", "s-1vcpu-512mb-10gb"], ["--size"]),
        (["--ssh-key", "/nowhere/key.pub"], ["--ssh-key", "/nowhere/key.pub"]),
        (["--password-file", "/nowhere/password"], ["--password-file", "/nowhere/password"]),
        (["--domain", "not a domain"], ["--domain", "'not a domain'", "example.org"]),
        (["--domain", "localhost"], ["--domain", "example.org"]),
        (["--domain", "example.org", "--dns", "record"], ["--dns", "no zone example.org", "external"]),
        (["--dns", "zone"], ["--dns", "--domain"]),
        (["--python", "anaconda"], ["--accept-anaconda-terms", "https://www.anaconda.com/legal"]),
        (["--sheet", "/dev/null/sheet"], ["/dev/null"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_a_bad_flag(flags: list[str], words: list[str], newcomer: Newcomer, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(newcomer, capsys, *flags)
    assert [word for word in words if word not in line] == []
    assert newcomer.init("--yes") == 0
    assert newcomer.is_whole()


@pytest.mark.parametrize("content", ["too short", "", "\n"])
def test_a_short_password(content: str, newcomer: Newcomer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "password").write_text(content)
    line = refused(newcomer, capsys, "--password-file", str(tmp_path / "password"))
    assert line == "--password-file: it has fewer than 14 characters"


def test_a_password_file_that_is_no_text(
    newcomer: Newcomer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "password").write_bytes(b"\xff" * 40)
    assert "it is no text" in refused(newcomer, capsys, "--password-file", str(tmp_path / "password"))


def test_a_private_key_is_refused_and_not_shown(
    newcomer: Newcomer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=30)
    line = refused(newcomer, capsys, "--ssh-key", str(key))
    assert "private key" in line
    assert key.read_text().splitlines()[1] not in line


def test_a_key_cut_in_copying(newcomer: Newcomer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key.pub").write_text(KEY[:40])
    assert "no OpenSSH public key" in refused(newcomer, capsys, "--ssh-key", str(tmp_path / "key.pub"))


def test_a_private_half_alone_is_not_overwritten(newcomer: Newcomer, capsys: pytest.CaptureFixture[str]) -> None:
    (newcomer.home / ".ssh").mkdir()
    key = newcomer.home / ".ssh" / "id_ed25519"
    key.write_text("somebody's only one")
    assert f"ssh-keygen -y -f {key} > {key}.pub" in refused(newcomer, capsys)
    assert key.read_text() == "somebody's only one"


def without_pulumi(newcomer: Newcomer, _: pytest.MonkeyPatch) -> None:
    (newcomer.bin / "pulumi").rename(newcomer.bin / "elsewhere")


def without_ssh_keygen(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    (newcomer.bin / "sh").symlink_to("/bin/sh")
    monkeypatch.setenv("PATH", str(newcomer.bin))


def without_a_token(_: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")


def with_an_empty_token(_: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "")


def with_another_token(_: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "dop_v1_revoked")


def with_half_a_line_as_token(_: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "dop_v1_…")


def with_nobody_at_the_api(_: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_API_URL", "http://127.0.0.1:9")


def in_the_sandboxs_shell(_: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_STACK", "sandbox")


def with_an_encrypted_file(_: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    (engine.ROOT / f"Pulumi.{STACK}.yaml").write_text("encryptionsalt: v1:of:another:machine\n")


def with_a_login_that_fails(newcomer: Newcomer, _: pytest.MonkeyPatch) -> None:
    (newcomer.bin / "fails").write_text("whoami")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (without_pulumi, ["`pulumi` is not on PATH", "https://www.pulumi.com/docs/install/"]),
        (without_ssh_keygen, ["`ssh-keygen` is not on PATH"]),
        (without_a_token, ["DigitalOcean token", "DIGITALOCEAN_TOKEN"]),
        (with_an_empty_token, ["DigitalOcean token", "DIGITALOCEAN_TOKEN"]),
        (with_another_token, ["does not accept this token", "https://cloud.digitalocean.com/account/api/tokens"]),
        (with_half_a_line_as_token, ["DIGITALOCEAN_TOKEN", "no token"]),
        (with_nobody_at_the_api, ["http://127.0.0.1:9 does not answer"]),
        (in_the_sandboxs_shell, ["'sandbox'", "PULUMI_STACK"]),
        (with_an_encrypted_file, [f"Pulumi.{STACK}.yaml", f"{STACK}.passphrase"]),
        (with_a_login_that_fails, ["Pulumi's login does not work", "pulumi login"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_bad_beginning(
    cause: Callable[[Newcomer, pytest.MonkeyPatch], None],
    words: list[str],
    newcomer: Newcomer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        cause(newcomer, monkeypatch)
        line = refused(newcomer, capsys)
        assert [word for word in words if word not in line] == []
        assert (os.environ.get("DIGITALOCEAN_TOKEN") or "no token given") not in line
    if (newcomer.bin / "elsewhere").exists():
        (newcomer.bin / "elsewhere").rename(newcomer.bin / "pulumi")
    shutil.rmtree(engine.ROOT)
    engine.ROOT.mkdir()
    assert newcomer.init("--yes") == 0
    assert newcomer.is_whole()


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/v2/account", 401, ["does not accept this token"]),
        ("/v2/account", 403, ["lacks the scope account:read", "docs/reference/commands.md"]),
        ("/v2/regions", 403, ["lacks the scope regions:read"]),
        ("/v2/sizes", 403, ["lacks the scope sizes:read"]),
        ("/v2/domains", 403, ["lacks the scope domain:read"]),
        ("/v2/account", 429, ["GET /v2/account", "429", "Try again later"]),
        ("/v2/regions", 500, ["GET /v2/regions", "500"]),
        ("/v2/sizes", 503, ["GET /v2/sizes", "503"]),
    ],
)
def test_what_the_api_refuses(
    path: str,
    status: int,
    words: list[str],
    newcomer: Newcomer,
    account: Account,
    capsys: pytest.CaptureFixture[str],
) -> None:
    account.ask("POST", "/sandbox/faults", {"kind": "answer", "path": path, "status": status}, expect=201)
    line = refused(newcomer, capsys, "--domain", "example.org")
    assert [word for word in words if word not in line] == []
    assert newcomer.init("--yes") == 0
    assert newcomer.is_whole()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email_verified": False}, "has not verified"),
        ({"status": "locked", "status_message": "Pay first"}, "is locked: Pay first"),
        ({"status": "warning", "status_message": ""}, "https://cloud.digitalocean.com/account"),
    ],
)
def test_an_account_that_may_make_nothing(
    changes: dict[str, object],
    words: str,
    newcomer: Newcomer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    person = {"email": "ada@example.org", "email_verified": True, "status": "active", "status_message": ""}
    monkeypatch.setattr("sandbox.api.wire.answers.account", lambda _: {**person, **changes})
    assert words in refused(newcomer, capsys)


@pytest.mark.parametrize("name", ["my stack", "me/dev", "../dev", "sandbox", "-"])
def test_a_name_that_is_none(name: str, newcomer: Newcomer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", "--", name]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert newcomer.calls == []


@pytest.mark.parametrize(
    "step",
    [
        "stack ls",
        "stack select",
        "config set --secret identity_seed",
        "config set --secret password",
        "config set --path ssh_public_keys[0]",
        "config set --path ssh_public_keys[1]",
        "config set region",
        "config set accept_anaconda_terms",
    ],
)
def test_an_engine_that_fails_half_way_is_told_and_the_next_run_completes(
    step: str, newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    (newcomer.bin / "fails").write_text(step)
    assert newcomer.init("--yes") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "as this test wants it" in line
    assert not [secret for secret in newcomer.secrets if secret in line]
    half = newcomer.settings
    assert newcomer.init("--yes") == 0
    assert newcomer.is_whole()
    # What was written once, and may be on a sheet that was printed, stays.
    if "identity_seed" in half:
        assert newcomer.settings["identity_seed"] == half["identity_seed"]
    assert len(newcomer.settings["ssh_public_keys"]) == 2


def test_a_present_stack_is_not_changed_without_yes(newcomer: Newcomer, capsys: pytest.CaptureFixture[str]) -> None:
    newcomer.init("--yes")
    before, sheet = newcomer.settings, newcomer.sheet.read_text()
    capsys.readouterr()
    assert newcomer.init("--region", "lon1") == 1
    assert "--yes" in capsys.readouterr().err
    assert (newcomer.settings, newcomer.sheet.read_text()) == (before, sheet)


def test_a_stack_of_the_service_is_not_made_again_when_the_login_is_gone(
    newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    # Made again, it would have another seed, and the server be a stranger's.
    (newcomer.bin / "login").write_text("https://app.pulumi.com/ada")
    newcomer.init("--yes")
    (newcomer.bin / "login").unlink()
    before = newcomer.settings
    assert newcomer.init("--yes") == 1
    assert "pulumi login" in capsys.readouterr().err
    assert newcomer.settings == before


def test_settings_that_cannot_be_decrypted_are_not_taken_for_none(
    newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    newcomer.init("--yes")
    before = newcomer.settings
    capsys.readouterr()
    (newcomer.bin / "fails").write_text("config --json")
    assert newcomer.init("--yes") == 1
    assert "config --json" in capsys.readouterr().err
    assert newcomer.settings == before


def test_broken_notes_are_named(newcomer: Newcomer, capsys: pytest.CaptureFixture[str]) -> None:
    newcomer.init("--yes")
    capsys.readouterr()
    (newcomer.config / f"{STACK}.json").write_text(json.dumps({})[:1])
    assert newcomer.init("--yes") == 1
    assert f"{STACK}.json cannot be read" in capsys.readouterr().err
