"""A Target like those that the stack hands over."""

from contract.target import Target
from settings.stack import load
from tests.settings.raw_settings import ENCRYPTED, raw_config


def a_target(address: str = "198.51.100.20", droplet_id: str = "411", stack: str = "dev", **changes: str) -> Target:
    """changes: of the stack's configuration."""
    settings = load(raw_config(**{"sudo_password": "sudo, please!", **changes}), ENCRYPTED)
    return Target(
        address=address,
        droplet_id=droplet_id,
        size="s-1vcpu-2gb",
        cloud=True,
        settings=settings.host,
        secrets=settings.secrets,
        stack=stack,
    )
