"""The firewall as ufw keeps it."""

from dataclasses import dataclass, field

from pyinfra.api import FactBase, StringCommand

from deploy.firewall.rules import Rule
from deploy.keyvalue import first, parsed
from deploy.script import script

FILES = ("before.rules", "before6.rules")


@dataclass
class UfwState:
    """
    active: its rules are loaded, and will be at every boot.
    defaults: the settings of /etc/default/ufw by name.
    files: text of before.rules and before6.rules.
    client: the address that this connection comes from.
    """

    installed: bool = False
    active: bool = False
    defaults: dict[str, str] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    client: str = ""


class Ufw(FactBase[UfwState]):
    """Rules are read from ufw's files: `ufw status` hides them while it is inactive, and takes a second."""

    default = UfwState

    def command(self) -> StringCommand:
        return script("firewall/observe.sh")

    def process(self, output: list[str]) -> UfwState:
        found = parsed(output)
        rules = [Rule.from_line(line) for line in found.get("rule", [])]
        return UfwState(
            installed=first(found, "installed") == "yes",
            active=first(found, "active") == "yes",
            defaults={
                name: value.strip('"') for name, _, value in (line.partition("=") for line in found.get("default", []))
            },
            rules=[rule for rule in rules if rule is not None],
            files={
                name: "".join(f"{line}\n" for line in found[name])
                for name in ("before.rules", "before6.rules")
                if name in found
            },
            client=first(found, "client"),
        )
