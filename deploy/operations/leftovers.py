"""Wait for what is still at work on the host."""

from pyinfra import host
from pyinfra.api import operation

from deploy.facts.leftovers import Leftovers
from deploy.script import Commands, script


@operation()
def awaited(run: str, first_boot_seconds: int = 900, commands_seconds: int = 900) -> Commands:
    """
    Wait until the first boot is over and no command of an earlier run is at work.

    + run: the marker of this run's own commands
    + first_boot_seconds: give up on the first boot after this long
    + commands_seconds: give up on an earlier run's commands after this long
    """

    found = host.get_fact(Leftovers, run=run)
    if not found.first_boot and not found.commands:
        host.noop("the first boot is over, and no earlier run left anything behind")
        return
    if found.first_boot:
        yield script("readiness/first_boot.sh", LIMIT=first_boot_seconds)
    if found.commands:
        yield script("readiness/commands.sh", RUN=run, LIMIT=commands_seconds)
