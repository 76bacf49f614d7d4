"""What is still at work on the host before we begin."""

from dataclasses import dataclass, field

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class LeftoversFound:
    """commands: `PID COMMAND` of what an earlier, interrupted run left running."""

    first_boot: bool = False
    commands: list[str] = field(default_factory=list)


class Leftovers(FactBase[LeftoversFound]):
    """Whether the first boot is under way, and commands that bear another run's marker."""

    default = LeftoversFound

    def command(self, run: str) -> StringCommand:
        return script("readiness/observe.sh", RUN=run)

    def process(self, output: list[str]) -> LeftoversFound:
        found = parsed(output)
        return LeftoversFound(first_boot=first(found, "first_boot") == "yes", commands=found.get("command", []))
