"""`python -m handover` from beginning to end, and each way in which it does not get there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract.target import PREFIX
from handover import __main__ as handover
from handover.attempt import begin_attempt, current_attempt
from handover.errors import HandoverError
from tests.contract.targets import a_target

ROOT = Path(__file__).resolve().parent.parent.parent
STEPS = ("wait_for_banner", "converge", "confirm_lasting_key", "show")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that were taken, each replaced by taking note of it."""
    taken: list[str] = []
    for step in STEPS:
        monkeypatch.setattr(handover, step, lambda *_, step=step: taken.append(step))
    for name, value in a_target().to_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("handover.__main__.signal.signal", lambda *_: None)
    return taken


def fail(monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(handover, step, failing)


def test_it_waits_converges_and_looks_from_outside(steps: list[str]) -> None:
    assert handover.main() == 0
    assert steps == list(STEPS)


def test_a_success_leaves_the_attempt_it_was_given(steps: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    begin_attempt("dev")
    given = current_attempt("dev")
    monkeypatch.setenv(f"{PREFIX}ATTEMPT", given)
    assert handover.main() == 0
    assert current_attempt("dev") == given


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("wait_for_banner", HandoverError("SSH does not answer")),
        ("converge", HandoverError("Converging stopped")),
        ("confirm_lasting_key", HandoverError("does not show the lasting host key")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failure_is_one_line_and_leaves_a_new_attempt(
    step: str,
    error: Exception,
    steps: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fail(monkeypatch, step, error)
    assert handover.main() == 1
    assert capsys.readouterr().err == f"{error}\n"
    assert current_attempt("dev") != ""


def test_what_is_wrong_from_outside_is_a_failure(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handover, "show", lambda _: 2)
    assert handover.main() == 1
    assert "2 of what was looked at from outside is wrong" in capsys.readouterr().err
    assert current_attempt("dev") != ""


def test_half_a_target_is_refused_before_anything_is_done(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(f"{PREFIX}ADDRESS")
    assert handover.main() == 1
    assert f"lacks {PREFIX}ADDRESS" in capsys.readouterr().err
    assert steps == []


def test_an_interrupt_is_a_failure(steps: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, "converge", KeyboardInterrupt())
    assert handover.main() == 130
    assert current_attempt("dev") != ""


def test_told_to_stop_it_ends_as_a_failure() -> None:
    code = (
        "import sys; from handover import __main__ as handover\n"
        "def wait(address): print('waiting', flush=True); import time; time.sleep(60)\n"
        "handover.wait_for_banner = wait\n"
        "sys.exit(handover.main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | a_target().to_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        assert "Waiting for SSH" in process.stdout.readline()
        assert process.stdout.readline() == "waiting\n"
        process.terminate()
        assert process.wait(timeout=30) == 143
