"""Shell for the host, kept in files of its own beside the concern that it serves.

A script's values are put before it as quoted assignments: nothing is pasted into its text. It is
part of the command line, so secrets go in by `stdin` only.
"""

import shlex
from collections.abc import Generator
from pathlib import Path
from typing import Any

from pyinfra.api import StringCommand
from pyinfra.api.command import PyinfraCommand

Commands = Generator[PyinfraCommand, None, None]
"""What an operation yields."""

DIRECTORY = Path(__file__).resolve().parent


class Script(StringCommand):
    """A command that is a file of this package, and its values."""

    def __init__(self, name: str, variables: dict[str, str], **arguments: Any) -> None:
        self.name = name
        self.variables = variables
        assignments = "".join(f"{key}={shlex.quote(value)}\n" for key, value in variables.items())
        super().__init__("set -eu\n" + assignments + (DIRECTORY / name).read_text(), **arguments)

    def __repr__(self) -> str:
        return f"Script({self.name}, {self.variables})"


def script(name: str, *, stdin: str | None = None, **variables: object) -> Script:
    """name: path below `deploy/`."""
    arguments = {} if stdin is None else {"_stdin": stdin}
    return Script(name, {key: str(value) for key, value in variables.items()}, **arguments)
