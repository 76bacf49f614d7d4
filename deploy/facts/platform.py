"""What the host is, before anything is done to it."""

from dataclasses import dataclass

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class PlatformState:
    """python: version of the system's Python, `3.11`; "" where none is installed yet."""

    name: str = ""
    apt: bool = False
    systemd: bool = False
    machine: str = ""
    python: str = ""


class Platform(FactBase[PlatformState]):
    default = PlatformState

    def command(self) -> StringCommand:
        return script("readiness/observe_platform.sh")

    def process(self, output: list[str]) -> PlatformState:
        found = parsed(output)
        return PlatformState(
            name=first(found, "name", "an unknown system"),
            apt=first(found, "apt") == "yes",
            systemd=first(found, "systemd") == "yes",
            machine=first(found, "machine"),
            python=first(found, "python"),
        )
