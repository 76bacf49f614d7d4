"""`make init` with a person at a terminal."""

from pathlib import Path

import pytest

from tests.onboarding.newcomers import STACK, Newcomer, Terminal
from tests.sandbox.api.api_account import KEY, TOKEN, Account

PASSWORD = "correct horse battery"
CTRL_C, CTRL_D = "\x03", "\x04"


def test_empty_answers_are_enough(newcomer: Newcomer) -> None:
    with Terminal("init", STACK) as terminal:
        terminal.answer("fra1.*\n(.*\n)*Number or name.*: ", "\n")
        terminal.answer(r"\$12 a month\s(.*\n)*Number or name \[s-1vcpu-2gb\]: ", "\n")
        terminal.answer(r"SSH key .*id_ed25519.pub\]: ", "\n")
        terminal.answer(r"Password .*one is made for you\): ", "\n")
        terminal.answer(r"Domain .*\[none\]: ", "\n")
        terminal.answer(r"no terms(.*\n)*Number or name \[miniforge\]: ", "\n")
        assert terminal.end() == 0
    assert newcomer.is_whole()
    assert (newcomer.home / ".ssh" / "id_ed25519").exists()
    assert f"make up STACK={STACK}" in terminal.shown
    assert str(newcomer.sheet) in terminal.shown
    assert [secret for secret in newcomer.secrets if secret in terminal.shown] == []


def test_each_answer_counts_and_a_bad_one_is_asked_again(
    newcomer: Newcomer, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")
    account.ask("POST", "/v2/domains", {"name": "example.org"}, expect=201)
    (tmp_path / "mine.pub").write_text(KEY)
    with Terminal("init", STACK) as terminal:
        terminal.answer("DigitalOcean token: ", "\n")
        terminal.answer(r"make one at .*\s+DigitalOcean token: ", "dop_v1_wrong\n")
        terminal.answer(r"does not accept this token.*\s+DigitalOcean token: ", f"{TOKEN}\n")
        terminal.answer("Number or name .*: ", "mars1\n")
        terminal.answer(r"'mars1' is not offered.*\s+Number or name .*: ", "2\n")
        terminal.answer("Number or name .*: ", "s-1vcpu-1gb\n")
        terminal.answer("SSH key .*: ", f"{tmp_path}/nowhere.pub\n")
        terminal.answer(r"neither a public key.*\s(.*\n)*SSH key .*: ", f"{tmp_path}/mine.pub\n")
        terminal.answer("Password .*: ", "short\n")
        terminal.answer(r"fewer than 14.*\s+Password .*: ", f"{PASSWORD}\n")
        terminal.answer("Domain .*: ", "nothing like it\n")
        terminal.answer(r"is no domain.*\s+Domain .*: ", "example.org\n")
        terminal.answer(r"Who serves its DNS(.*\n)*Number or name \[record\]: ", "\n")
        terminal.answer(r"anaconda.com/legal(.*\n)*Number or name .*: ", "anaconda\n")
        assert terminal.end() == 0
    settings = newcomer.settings
    assert (settings["region"], settings["size"]) == ("blr1", "s-1vcpu-1gb")
    assert settings["ssh_public_keys"][0] == " ".join(KEY.split()[:2])
    assert (settings["domain"], settings["dns"]) == ("example.org", "record")
    assert (settings["python_distribution"], settings["accept_anaconda_terms"]) == ("anaconda", "true")
    assert settings["password"] == PASSWORD
    assert newcomer.notes["DIGITALOCEAN_TOKEN"] == TOKEN
    assert [secret for secret in [*newcomer.secrets, "dop_v1_wrong"] if secret in terminal.shown] == []


def test_it_asks_before_it_changes_a_present_stack(newcomer: Newcomer) -> None:
    assert newcomer.init("--yes", "--region", "ams3") == 0
    before, sheet = newcomer.settings, newcomer.sheet.read_text()
    with Terminal("init", STACK) as terminal:
        terminal.answer(r"is there already. Change its settings\? \[y/N\]: ", "\n")
        assert terminal.end() == 1
    assert "Nothing was changed" in terminal.shown
    assert (newcomer.settings, newcomer.sheet.read_text()) == (before, sheet)

    with Terminal("init", STACK) as terminal:
        terminal.answer("Change its settings.*: ", "y\n")
        terminal.answer(r"Number or name \[ams3\]: ", "\n")
        terminal.answer("Number or name .*: ", "\n")
        terminal.answer("SSH key .*: ", "\n")
        terminal.answer(r"Password .*the one it has\): ", "\n")
        terminal.answer("Domain .*: ", "\n")
        terminal.answer("Number or name .*: ", "anaconda\n")
        assert terminal.end() == 0
    after = newcomer.settings
    assert after["python_distribution"] == "anaconda"
    for key in ("identity_seed", "password", "region", "size"):
        assert after[key] == before[key]
    assert newcomer.is_whole()


@pytest.mark.parametrize(
    ("key", "code", "words"), [(CTRL_C, 130, "Stopped"), (CTRL_D, 1, "No more answers came")], ids=["ctrl-c", "ctrl-d"]
)
@pytest.mark.parametrize("question", ["Number or name", "Password for the login page"])
def test_broken_off_it_ends_in_a_line_and_changes_nothing(
    key: str, code: int, words: str, question: str, newcomer: Newcomer
) -> None:
    with Terminal("init", STACK) as terminal:
        if question.startswith("Password"):
            for earlier in ("Number or name .*: ", "Number or name .*: ", "SSH key .*: "):
                terminal.answer(earlier, "\n")
        terminal.answer(f"{question}.*: ", key)
        assert terminal.end() == code
    assert words in terminal.shown
    assert "Traceback" not in terminal.shown
    assert newcomer.settings == {}
    assert newcomer.init("--yes") == 0
    assert newcomer.is_whole()
