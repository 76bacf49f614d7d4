"""Running a program of the machine: always with a time limit, always with its words kept."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox.config import SandboxError


class CommandError(SandboxError):
    """A program failed; `output` is what it said (standard output, then errors)."""

    def __init__(self, arguments: tuple[str, ...], reason: str, output: str = "") -> None:
        said = output.strip().splitlines()[-6:]
        super().__init__("\n".join([f"`{' '.join(arguments)}` {reason}", *said]))
        self.output = output


def run(
    *arguments: str | Path,
    timeout: float,
    stdin: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Standard output of a program that must succeed.

    timeout: seconds. Raises CommandError when it is missing, fails or takes longer.
    """
    words = tuple(str(argument) for argument in arguments)
    try:
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=timeout, env=environment)
    except FileNotFoundError:
        raise CommandError(words, f"did not run: {words[0]} is not installed.") from None
    except subprocess.TimeoutExpired:
        raise CommandError(words, f"took longer than {timeout:g} s.") from None
    if done.returncode != 0:
        raise CommandError(words, f"ended with {done.returncode}.", done.stdout + done.stderr)
    return done.stdout


def succeeds(*arguments: str | Path, timeout: float) -> bool:
    """Whether a program ends well; for questions and for clearing what may be gone already."""
    try:
        run(*arguments, timeout=timeout)
    except CommandError:
        return False
    return True
