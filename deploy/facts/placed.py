"""Files whose content must not be shown."""

from dataclasses import dataclass

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class PlacedFile:
    """sha256 is "" when no plain file is there."""

    sha256: str = ""
    owner: str = ""
    mode: str = ""


class Placed(FactBase[PlacedFile]):
    """A file's digest, `USER:GROUP` and octal mode, in one command."""

    default = PlacedFile

    def command(self, path: str) -> StringCommand:
        return script("placed/observe.sh", FILE=path)

    def process(self, output: list[str]) -> PlacedFile:
        found = parsed(output)
        return PlacedFile(first(found, "sha256"), first(found, "owner"), first(found, "mode"))
