"""`make init` without a person: flags and defaults."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from contract.identity import lasting_host_key
from tests.onboarding.newcomers import STACK, Newcomer
from tests.sandbox.api.api_account import KEY, TOKEN, Account


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_without_any_flag_there_is_a_whole_stack(newcomer: Newcomer) -> None:
    assert newcomer.init("--yes") == 0
    settings = newcomer.settings
    assert (settings["region"], settings["size"]) == ("fra1", "s-1vcpu-2gb")
    assert (settings["python_distribution"], settings["accept_anaconda_terms"]) == ("miniforge", "false")
    assert len(settings["identity_seed"]) == 64
    assert len(settings["password"]) >= 14
    assert "domain" not in settings
    assert newcomer.is_whole()


def test_flags_decide(newcomer: Newcomer, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse battery\n")
    (tmp_path / "mine.pub").write_text(KEY)
    flags = ["--region", "ams3", "--size", "s-2vcpu-4gb", "--python", "anaconda", "--accept-anaconda-terms"]
    files = ["--password-file", str(tmp_path / "password"), "--ssh-key", str(tmp_path / "mine.pub")]
    sheet = tmp_path / "a" / "sheet.txt"
    domain = ["--domain", "Example.org", "--dns", "zone", "--sheet", str(sheet)]
    assert newcomer.init("--yes", *flags, *files, *domain) == 0
    settings = newcomer.settings
    assert settings["ssh_public_keys"][0] == " ".join(KEY.split()[:2])
    del settings["identity_seed"], settings["ssh_public_keys"]
    assert settings == {
        "region": "ams3",
        "size": "s-2vcpu-4gb",
        "password": "correct horse battery",
        "python_distribution": "anaconda",
        "accept_anaconda_terms": "true",
        "domain": "example.org",
        "dns": "zone",
    }
    assert sheet.exists()
    assert not newcomer.sheet.exists()


def test_the_sheet_has_all_that_is_needed(newcomer: Newcomer) -> None:
    newcomer.init("--yes")
    text = newcomer.sheet.read_text()
    assert newcomer.settings["identity_seed"] in text
    assert newcomer.settings["password"] in text
    assert (newcomer.config / f"{STACK}.passphrase").read_text() in text
    assert lasting_host_key(newcomer.settings["identity_seed"]).fingerprint in text
    assert "@" in text.splitlines()[1]
    keys = [" ".join(key.split()[:2]) for key in newcomer.settings["ssh_public_keys"]]
    assert newcomer.recovery_public in keys
    assert len(keys) == 2


def test_files_are_the_owners_alone(newcomer: Newcomer) -> None:
    # A careless umask must not open them.
    before = os.umask(0)
    try:
        newcomer.init("--yes")
    finally:
        os.umask(before)
    files = [newcomer.sheet, newcomer.config / f"{STACK}.json", newcomer.config / f"{STACK}.passphrase"]
    assert {mode(file) for file in files} == {0o600}
    folders = [newcomer.config, newcomer.config / "state", newcomer.home / ".ssh"]
    assert {mode(folder) for folder in folders} == {0o700}
    assert mode(newcomer.home / ".ssh" / "id_ed25519") == 0o600
    assert [file.name for file in newcomer.config.iterdir() if file.name.startswith(".")] == []


def test_no_secret_is_on_a_command_line_or_on_the_screen(newcomer: Newcomer, capfd: pytest.CaptureFixture[str]) -> None:
    assert newcomer.init("--yes") == 0
    assert newcomer.init("--yes") == 0
    shown = "".join(capfd.readouterr())
    private = newcomer.sheet.read_text().partition("-----BEGIN")[2].splitlines()[1]
    for secret in [*newcomer.secrets, private]:
        assert secret not in shown
        assert [call["words"] for call in newcomer.calls if any(secret in word for word in call["words"])] == []
    stdin = {call["stdin"] for call in newcomer.calls} - {""}
    assert stdin == {newcomer.settings["identity_seed"], newcomer.settings["password"]}


def test_run_again_it_keeps_what_no_flag_says(newcomer: Newcomer) -> None:
    newcomer.init("--yes", "--region", "lon1", "--domain", "example.org", "--dns", "external")
    first, recovery = newcomer.settings, newcomer.recovery_public
    # What the owner has set beside it: a phone's key.
    phone = lasting_host_key("a phone").public
    stored = newcomer.settings | {"ssh_public_keys": [*first["ssh_public_keys"], phone]}
    (newcomer.bin / "stack").write_text(json.dumps(stored))

    assert newcomer.init("--yes", "--size", "s-1vcpu-1gb") == 0
    second = newcomer.settings
    assert second["size"] == "s-1vcpu-1gb"
    for key in ("identity_seed", "password", "region", "domain", "dns", "python_distribution"):
        assert second[key] == first[key]
    assert second["ssh_public_keys"][0] == first["ssh_public_keys"][0]
    assert second["ssh_public_keys"][2] == phone
    assert newcomer.recovery_public != recovery
    assert newcomer.is_whole()
    assert len(second["ssh_public_keys"]) == 3


def test_a_domain_can_be_taken_away(newcomer: Newcomer) -> None:
    newcomer.init("--yes", "--domain", "example.org", "--dns", "external")
    assert newcomer.init("--yes", "--domain", "none") == 0
    assert newcomer.settings["domain"] == ""


def test_a_zone_of_the_account_is_taken_for_its_records(newcomer: Newcomer, account: Account) -> None:
    account.ask("POST", "/v2/domains", {"name": "example.org"}, expect=201)
    assert newcomer.init("--yes", "--domain", "example.org") == 0
    assert newcomer.settings["dns"] == "record"
    assert newcomer.init("--yes", "--domain", "example.net") == 0
    assert newcomer.settings["dns"] == "external"


def test_a_size_that_is_no_basic_one_stays(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onboarding.account.Offer.basic", property(lambda offer: offer.slug != "s-4vcpu-8gb"))
    assert newcomer.init("--yes", "--size", "s-4vcpu-8gb") == 0
    assert newcomer.settings["size"] == "s-4vcpu-8gb"


def test_every_page_of_the_accounts_lists_is_read(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onboarding.account._PAGE", 3)
    assert newcomer.init("--yes", "--region", "tor1", "--size", "s-8vcpu-16gb") == 0


def test_the_key_of_this_machine_is_taken(newcomer: Newcomer, capsys: pytest.CaptureFixture[str]) -> None:
    folder = newcomer.home / ".ssh"
    folder.mkdir()
    command = ["ssh-keygen", "-q", "-t", "ecdsa", "-N", "a passphrase", "-f", str(folder / "id_ecdsa")]
    subprocess.run(command, check=True, timeout=30)
    assert newcomer.init("--yes") == 0
    public = " ".join((folder / "id_ecdsa.pub").read_text().split()[:2])
    assert newcomer.settings["ssh_public_keys"][0] == public
    assert f"ssh-add {folder / 'id_ecdsa'}" in capsys.readouterr().out
    assert not (folder / "id_ed25519").exists()


def test_a_public_half_alone_is_taken_and_not_overwritten(
    newcomer: Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    (newcomer.home / ".ssh").mkdir()
    (newcomer.home / ".ssh" / "id_ed25519.pub").write_text(KEY)
    assert newcomer.init("--yes") == 0
    assert (newcomer.home / ".ssh" / "id_ed25519.pub").read_text() == KEY
    assert "SSH agent" in capsys.readouterr().out


def test_a_key_that_lies_elsewhere_is_noted_for_later_commands(newcomer: Newcomer, tmp_path: Path) -> None:
    key = tmp_path / "droplet"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=30)
    assert newcomer.init("--yes", "--ssh-key", f"{key}.pub") == 0
    assert newcomer.notes["JUPYTER_SSH_KEY"] == str(key)


def test_without_a_login_the_record_is_in_a_folder_outside_the_clone(newcomer: Newcomer) -> None:
    newcomer.init("--yes")
    assert newcomer.notes == {
        "DIGITALOCEAN_TOKEN": TOKEN,
        "PULUMI_BACKEND_URL": f"file://{newcomer.config / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(newcomer.config / f"{STACK}.passphrase"),
    }
    (create,) = [call for call in newcomer.calls if call["words"][:3] == ["stack", "select", "--create"]]
    assert create["variables"]["PULUMI_BACKEND_URL"] == newcomer.notes["PULUMI_BACKEND_URL"]


def test_pulumis_own_login_is_taken(newcomer: Newcomer) -> None:
    (newcomer.bin / "login").write_text("https://app.pulumi.com/ada")
    assert newcomer.init("--yes") == 0
    assert newcomer.notes == {"DIGITALOCEAN_TOKEN": TOKEN}
    assert not (newcomer.config / "state").exists()
    assert "passphrase" not in newcomer.sheet.read_text()
    assert all("PULUMI_BACKEND_URL" not in call["variables"] for call in newcomer.calls)


def test_a_login_to_a_folder_gets_a_passphrase(newcomer: Newcomer) -> None:
    (newcomer.bin / "login").write_text("file://~")
    assert newcomer.init("--yes") == 0
    assert newcomer.notes["PULUMI_BACKEND_URL"] == "file://~"
    assert newcomer.is_whole()


def test_the_place_and_passphrase_of_this_shell_are_taken(
    newcomer: Newcomer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/here")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of mine, and long")
    assert newcomer.init("--yes") == 0
    assert newcomer.notes["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/here"
    assert "of mine, and long" in newcomer.sheet.read_text()
    # A later login elsewhere must not part the stack from its record.
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    (newcomer.bin / "login").write_text("https://app.pulumi.com/ada")
    assert newcomer.init("--yes") == 0
    assert newcomer.notes["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/here"


def test_the_token_of_last_time_is_taken_where_the_shell_has_none(
    newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer.init("--yes")
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")
    assert newcomer.init("--yes") == 0


def test_it_works_from_any_folder(newcomer: Newcomer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert newcomer.init("--yes", "--sheet", "sheet.txt") == 0
    assert (tmp_path / "sheet.txt").exists()
