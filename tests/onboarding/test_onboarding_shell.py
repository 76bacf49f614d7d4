"""How later commands reach a stack: `make env`, and what every `make … STACK=dev` runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from onboarding import shell
from onboarding.__main__ import main
from tests.onboarding.newcomers import ROOT, STACK, Newcomer
from tests.sandbox.api.api_account import TOKEN


@pytest.fixture
def made(newcomer: Newcomer, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    """A stack, and a new shell that knows nothing of it."""
    assert newcomer.init("--yes") == 0
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")
    return newcomer


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "onboarding", "exec", STACK, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.usefixtures("made")
def test_a_command_gets_what_it_needs() -> None:
    done = run("--", "sh", "-c", 'echo "$DIGITALOCEAN_TOKEN $PULUMI_STACK $PULUMI_BACKEND_URL"; exit 7')
    assert done.returncode == 7
    token, stack, backend = done.stdout.split()
    assert (token, stack) == (TOKEN, STACK)
    assert backend.startswith("file://")


def test_env_is_taken_by_a_shell(made: Newcomer, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["env", STACK]) == 0
    script = f"{capsys.readouterr().out}\nenv"
    shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=30, check=True).stdout
    assert {f"{name}={value}" for name, value in made.notes.items()} <= set(shown.splitlines())


@pytest.mark.usefixtures("made")
def test_what_this_shell_has_set_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "dop_v1_newer")
    assert shell.variables(STACK)["DIGITALOCEAN_TOKEN"] == "dop_v1_newer"


@pytest.mark.usefixtures("made")
def test_what_it_has_set_for_another_stack_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    # After `eval "$(make env)"` of the sandbox, `make up STACK=dev` would look for dev in the sandbox.
    monkeypatch.setenv("PULUMI_STACK", "sandbox")
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "the sandbox's")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///sandbox")
    monkeypatch.setenv("JUPYTER_SSH_KEY", "/sandbox/key")
    found = shell.environment(STACK)
    assert "JUPYTER_SSH_KEY" not in found
    assert "DIGITALOCEAN_API_URL" not in found
    assert found["HOME"]
    assert found["DIGITALOCEAN_TOKEN"] == TOKEN
    assert found["PULUMI_BACKEND_URL"] != "file:///sandbox"
    assert found["PULUMI_STACK"] == STACK


@pytest.mark.usefixtures("newcomer")
def test_a_stack_that_init_did_not_make_takes_the_shells_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert shell.variables("other") == {"DIGITALOCEAN_TOKEN": TOKEN, "PULUMI_STACK": "other"}
    assert main(["env", "other"]) == 1
    assert "make init STACK=other" in capsys.readouterr().err


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "Say which command"),
        (["--"], "Say which command"),
        (["--", "no-such-program"], "`no-such-program` is not on PATH."),
    ],
)
def test_a_command_that_cannot_be_run(words: list[str], expected: str) -> None:
    done = run(*words)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(expected)


def test_without_the_engine_a_command_says_where_to_get_it(made: Newcomer, monkeypatch: pytest.MonkeyPatch) -> None:
    (made.bin / "pulumi").unlink()
    monkeypatch.setenv("PATH", str(made.bin))
    done = run("--", "pulumi", "up")
    assert "https://www.pulumi.com/docs/install/" in done.stderr


def test_a_private_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a" / "b" / "file"
    shell.write_private(file, "first")

    def cut_off(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", cut_off)
        with pytest.raises(OSError, match="disk full"):
            shell.write_private(file, "second")
    assert file.read_text() == "first"
    shell.write_private(file, "third")
    assert [entry.read_text() for entry in file.parent.iterdir()] == ["third"]
