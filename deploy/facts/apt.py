"""What apt would do."""

from dataclasses import dataclass, field

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class AptState:
    """
    installed: of the packages asked for, those that are.
    upgradable: packages that an upgrade would install.
    lists_age: seconds since the package lists were fetched; None if they never were.
    interrupted: an installation was broken off and has to be finished first.
    """

    installed: list[str] = field(default_factory=list)
    upgradable: list[str] = field(default_factory=list)
    lists_age: int | None = None
    interrupted: bool = False


class Apt(FactBase[AptState]):
    default = AptState

    def command(self, packages: list[str], stamp: str) -> StringCommand:
        return script("system/observe_apt.sh", PACKAGES=" ".join(packages), STAMP=stamp)

    def process(self, output: list[str]) -> AptState:
        found = parsed(output)
        age = first(found, "lists_age")
        return AptState(
            installed=found.get("installed", []),
            upgradable=found.get("upgradable", []),
            lists_age=int(age) if age else None,
            interrupted=first(found, "interrupted") == "yes",
        )
