"""A Target without a cloud or a stack behind it."""

from contract.target import Target
from settings.host import HostSettings, Secrets

SEED = "0123456789abcdef" * 3
PASSWORD = "correct horse battery"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGK4o9zBPjvkZ3p0m2S3g1UPZpS4QyWcZ0L8cFfX7l2q"


def a_target(*, cloud: bool = True, sudo_password: str = "", **settings: object) -> Target:
    values = {"owner": "ada", "ssh_public_keys": (KEY,), "python_distribution": "miniforge"} | settings
    return Target(
        address="198.51.100.20",
        droplet_id="1" if cloud else "",
        size="s-1vcpu-1gb" if cloud else "",
        cloud=cloud,
        settings=HostSettings.model_validate(values),
        secrets=Secrets.model_validate({"identity_seed": SEED, "password": PASSWORD, "sudo_password": sudo_password}),
    )
