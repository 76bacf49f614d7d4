"""pyinfra's output, made readable: a line for each step that did something, the rest into the log.

The engine that shows our output stops for good on a line longer than 64 KiB, and prints everything
again behind a long prefix on an error: so lines are cut, and what says nothing is left out.
"""

import re
import time
from collections.abc import Callable, Iterable

LINE_LIMIT = 400
"""Characters; far below what stalls the engine, and more than anyone reads."""

STILL_RUNNING_SECONDS = 30

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_STEP = re.compile(r"^--> Starting operation: (?P<name>.*?)\s*$")
_OUTCOME = re.compile(r"^\s+\[(?P<host>[^\]]+)\] (?P<outcome>Success|No changes|Error|Retry)")
_RESULTS = re.compile(r"^--> Results:")
_FAULT = re.compile(r"^--> (pyinfra error|An .*exception occurred)( in \S+( line \d+)?)?:\s*(?P<fault>.*)")
_CHATTER = re.compile(r"^\s*$|^-->|^\s+\[[^\]]+\] (Connected|Ready)|^\s+Loading:")


class Screen:
    """Reads pyinfra's lines one by one; `show` gets what the owner should see.

    finished: pyinfra came to its results. It exits with 0 on an interrupt too, so that alone
    tells a whole run from a broken-off one.
    """

    def __init__(self, show: Callable[[str], None], secrets: Iterable[str] = ()) -> None:
        self._show = show
        self._secrets = [secret for secret in secrets if secret]
        self._step = ""
        self._begun = time.monotonic()
        self._reminded = self._begun
        self.finished = False
        self.changed = 0

    def masked(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return line

    def read(self, raw: str) -> None:
        line = _COLOURS.sub("", raw.rstrip("\r\n"))
        if step := _STEP.match(line):
            self._step, self._begun = step["name"], time.monotonic()
            self._reminded = self._begun
        elif _RESULTS.match(line):
            self.finished, self._step = True, ""
        elif outcome := _OUTCOME.match(line):
            self._read_outcome(outcome["outcome"], line)
        elif fault := _FAULT.match(line):
            self._print(fault["fault"] or line)
        elif not self.finished and not _CHATTER.match(line):
            self._print(line)

    def _read_outcome(self, outcome: str, line: str) -> None:
        if outcome == "Success":
            self.changed += 1
            self._print(f"  {self._step} ({time.monotonic() - self._begun:.0f} s)")
        elif outcome != "No changes":
            self._print(f"  {self._step}: {line.strip()}")

    def idle(self) -> None:
        """Call now and then while nothing is read: a long step says that it is still at work."""
        now = time.monotonic()
        if self._step and now - self._reminded > STILL_RUNNING_SECONDS:
            self._reminded = now
            self._print(f"  {self._step}: still running ({now - self._begun:.0f} s)")

    def _print(self, line: str) -> None:
        shown = self.masked(line)
        self._show(shown if len(shown) <= LINE_LIMIT else shown[:LINE_LIMIT] + " … (cut; whole in the log)")
