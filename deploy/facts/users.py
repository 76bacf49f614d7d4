"""What pyinfra's own facts lack about users."""

from dataclasses import dataclass, field

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


class ShadowDigest(FactBase[str]):
    """SHA-256 of a user's field in /etc/shadow: the field itself must not get into logs. "" without the user."""

    default = str

    def command(self, user: str) -> StringCommand:
        return script("users/shadow_digest.sh", NAME=user)

    def process(self, output: list[str]) -> str:
        return output[0].strip()


class RecordedOwner(FactBase[str]):
    """The owner that the host was converged for; "" before the first time."""

    default = str

    def command(self, path: str) -> StringCommand:
        return StringCommand("cat", path, "2>/dev/null", "||", "true")

    def process(self, output: list[str]) -> str:
        return output[0].strip()


@dataclass
class PersonState:
    """home_folder: `USER:GROUP MODE` of the folder that `home` names."""

    exists: bool = False
    home: str = ""
    shell: str = ""
    groups: list[str] = field(default_factory=list)
    home_folder: str = ""


class Person(FactBase[PersonState]):
    """A user and the home. pyinfra's own fact reads everyone's password along, and shows it in a verbose run."""

    default = PersonState

    def command(self, user: str) -> StringCommand:
        return script("users/observe.sh", NAME=user)

    def process(self, output: list[str]) -> PersonState:
        found = parsed(output)
        return PersonState(
            exists=first(found, "exists") == "yes",
            home=first(found, "home"),
            shell=first(found, "shell"),
            groups=first(found, "groups").split(),
            home_folder=first(found, "home_folder"),
        )
