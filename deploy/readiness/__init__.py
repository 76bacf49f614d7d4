"""Nothing else is at work on the host, and it is this owner's."""

from pyinfra.api import deploy

from contract import paths
from contract.target import Target
from deploy.operations import leftovers, platform, users


@deploy("Readiness")
def readiness(target: Target, run: str) -> None:
    owner = target.settings.owner
    platform.supported(name="Look whether this server will do")
    leftovers.awaited(name="Wait for the first boot, and for what an interrupted run left running", run=run)
    users.recorded(
        name=f"Remember {owner} as the owner of this server",
        user=owner,
        path=f"{paths.STATE_DIRECTORY}/owner",
        cloud=target.cloud,
    )
