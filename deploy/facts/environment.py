"""The root-owned Python environments that serve the login page."""

from dataclasses import dataclass

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class EnvironmentsState:
    """
    python: the system Python's version, `3.11`; "" without one.
    current: name of the finished environment in use; "" if there is none.
    """

    python: str = ""
    current: str = ""


class Environments(FactBase[EnvironmentsState]):
    default = EnvironmentsState

    def command(self, root: str) -> StringCommand:
        return script("jupyter/observe_environment.sh", ROOT=root)

    def process(self, output: list[str]) -> EnvironmentsState:
        found = parsed(output)
        return EnvironmentsState(first(found, "python"), first(found, "current"))
