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
        if given is not None or not self.interactive:
            return self._final(text, given, default, check, flag)
        return self._asked(
            lambda: input(f"{text}{f' [{default}]' if default else ''}: ").strip() or default or "", check
        )

    def ask_secret(self, text: str, given: str | None, default: str | None, offer: str, check: Check, flag: str) -> str:
        """Not shown while it is typed. offer: what an empty answer brings, where there is a default."""
        if given is not None or not self.interactive:
            return self._final(text, given, default, check, flag)
        shown = f" (empty: {offer})" if default else ""
        return self._asked(lambda: getpass.getpass(f"{text}{shown}: ").strip() or default or "", check)

    def choose(self, text: str, options: Sequence[tuple[str, str]], given: str | None, default: str, flag: str) -> str:
        """options: value and what it is; without a meaning it is taken, and not shown."""
        values = [value for value, _ in options]
        shown = [(value, meaning) for value, meaning in options if meaning]

        def check(answer: str) -> str:
            chosen = shown[int(answer) - 1][0] if answer.isdecimal() and 0 < int(answer) <= len(shown) else answer
            if chosen not in values:
                raise ValueError(f"{answer!r} is not offered; allowed are {', '.join(value for value, _ in shown)}")
            return chosen

        if self.interactive and given is None:
            print(f"\n{text}")
            for number, (value, meaning) in enumerate(shown, 1):
                print(f"  {number:>2}  {value:<22} {meaning}")
        return self.ask("Number or name", given, default if default in values else shown[0][0], check, flag)

    def confirm(self, text: str) -> bool:
        """Only where somebody can be asked."""
        return self._asked(lambda: input(f"{text} [y/N]: "), str.strip).lower() in ("y", "yes")

    def _asked(self, answer: Callable[[], str], check: Check) -> str:
        while True:
            try:
                return check(answer())
            except UnicodeDecodeError:
                print("  That is no text.")
            except ValueError as error:
                print(f"  {error}")
            except EOFError:
                raise OwnerError("\nNo more answers came; say the rest by flags: make init ARGS=--help") from None

    @staticmethod
    def _final(text: str, given: str | None, default: str | None, check: Check, flag: str) -> str:
        value = default if given is None else given
        if value is None:
            raise OwnerError(f"{text}: nobody can be asked here; say it by {flag}")
        try:
            return check(value)
        except ValueError as error:
            raise OwnerError(f"{flag}: {error}") from None


def can_ask() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
