"""A hand-over that did not succeed is a difference to the engine, whatever the settings say."""

import stat
from pathlib import Path

from handover.attempt import begin_attempt, current_attempt, end_attempt, state_directory

STACK = "dev"


class Engine:
    """Runs a hand-over when its inputs are not those of its last success, as pulumi-command does."""

    def __init__(self) -> None:
        self._succeeded: tuple[str, str] | None = None

    def up(self, settings: str, *, succeeds: bool = True) -> bool:
        """Whether it ran."""
        inputs = (settings, current_attempt(STACK))
        if inputs == self._succeeded:
            return False
        begin_attempt(STACK)
        if succeeds:
            end_attempt(STACK, inputs[1])
            self._succeeded = inputs
        return True


def test_after_a_success_nothing_is_run_again() -> None:
    engine = Engine()
    assert [engine.up("a"), engine.up("a")] == [True, False]


def test_a_failed_one_is_run_again() -> None:
    engine = Engine()
    engine.up("a")
    assert [engine.up("b", succeeds=False), engine.up("b"), engine.up("b")] == [True, True, False]


def test_a_setting_changed_and_put_back_after_a_failure_is_converged() -> None:
    engine = Engine()
    engine.up("a")
    engine.up("b", succeeds=False)
    assert engine.up("a")
    assert not engine.up("a")


def test_a_setting_put_back_after_two_failures_is_converged() -> None:
    engine = Engine()
    engine.up("a")
    engine.up("b", succeeds=False)
    engine.up("c", succeeds=False)
    assert [engine.up("a"), engine.up("a")] == [True, False]


def test_each_failure_is_another_one() -> None:
    begin_attempt(STACK)
    first = current_attempt(STACK)
    begin_attempt(STACK)
    assert current_attempt(STACK) != first


def test_stacks_do_not_share_their_attempts() -> None:
    begin_attempt(STACK)
    assert current_attempt("spare") == ""


def test_the_notes_are_the_owners_alone(state: Path) -> None:
    assert state_directory(STACK) == state / STACK
    assert stat.S_IMODE((state / STACK).stat().st_mode) == 0o700
