"""Asking a person, or taking what was given by flags and defaults."""

import getpass
import sys
from collections.abc import Callable, Sequence

from contract.errors import OwnerError

Check = Callable[[str], str]
"""Takes an answer to what is meant by it; raises ValueError with what is allowed."""


class Questions:
    """interactive: whether there is somebody to ask. Without, an open question is an OwnerError."""

    def __init__(self, interactive: bool) -> None:
        self.interactive = interactive

    def ask(self, text: str, given: str | None, default: str | None, check: Check, flag: str) -> str:
        """given: by a flag, and final. default: on an empty answer, or where nobody can be asked."""
        if given is not None:
            return self._final(given, check, flag)
        if not self.interactive:
            if default is None:
                raise OwnerError(f"{text}: nobody can be asked here; say it by {flag}")
            return self._final(default, check, flag)
        return self._asked(
            lambda: input(f"{text}{f' [{default}]' if default else ''}: ").strip() or default or "", check
        )

    def ask_secret(self, text: str, given: str | None, default: str | None, check: Check, flag: str) -> str:
        """Not shown while it is typed. default: made up for who leaves it empty."""
        if given is not None:
            return self._final(given, check, flag)
        if not self.interactive:
            if default is None:
                raise OwnerError(f"{text}: nobody can be asked here; say it by {flag}")
            return default
        offer = " (empty: one is made for you)" if default else ""
        return self._asked(lambda: getpass.getpass(f"{text}{offer}: ") or default or "", check)

    def choose(self, text: str, options: Sequence[tuple[str, str]], given: str | None, default: str, flag: str) -> str:
        """options: value and what it is."""
        values = [value for value, _ in options]

        def check(answer: str) -> str:
            chosen = values[int(answer) - 1] if answer.isdecimal() and 0 < int(answer) <= len(values) else answer
            if chosen not in values:
                raise ValueError(f"allowed are {', '.join(values)}")
            return chosen

        if self.interactive and given is None:
            print(f"\n{text}")
            for number, (value, meaning) in enumerate(options, 1):
                print(f"  {number:>2}  {value:<22} {meaning}")
        return self.ask("Number or name", given, default if default in values else values[0], check, flag)

    def _asked(self, answer: Callable[[], str], check: Check) -> str:
        while True:
            try:
                return check(answer())
            except ValueError as error:
                print(f"  {error}")
            except EOFError:
                raise OwnerError("No more answers came; say the rest by flags: make init ARGS=--help") from None

    @staticmethod
    def _final(value: str, check: Check, flag: str) -> str:
        try:
            return check(value)
        except ValueError as error:
            raise OwnerError(f"{flag}: {error}") from None


def can_ask() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
