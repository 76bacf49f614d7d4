"""Nothing else is at work on the host."""

from pyinfra.api import deploy

from deploy.operations import leftovers


@deploy("Readiness")
def readiness(run: str) -> None:
    leftovers.awaited(name="Wait for the first boot, and for what an interrupted run left running", run=run)
