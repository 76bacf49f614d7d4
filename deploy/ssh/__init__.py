"""SSH: by key only, with keys that only root can write, and a host key that lasts."""

from pathlib import Path

from pyinfra.api import deploy
from pyinfra.operations import files

from contract import paths
from contract.identity import lasting_host_key
from contract.target import Target
from deploy.operations import ssh as ssh_operations
from deploy.template import rendered

DROP_IN = "/etc/ssh/sshd_config.d/10-jupyter-anywhere.conf"


def sshd_files(target: Target) -> dict[str, tuple[str, str]]:
    """Content and mode by path."""
    settings = target.settings
    keys = "".join(f"{key}\n" for key in settings.ssh_public_keys)
    drop_in = rendered(
        "ssh/10-jupyter-anywhere.conf.j2",
        keys_directory=paths.AUTHORIZED_KEYS_DIRECTORY,
        host_key_path=paths.HOST_KEY,
        cloud=target.cloud,
    )
    # sshd reads a user's keys as that user, so they are readable by all.
    found = {
        DROP_IN: (drop_in, "644"),
        f"{paths.AUTHORIZED_KEYS_DIRECTORY}/root": (keys, "644"),
        f"{paths.AUTHORIZED_KEYS_DIRECTORY}/{settings.owner}": (keys, "644"),
    }
    if target.cloud:
        key = lasting_host_key(target.secrets.identity_seed.get_secret_value())
        found[paths.HOST_KEY] = (key.private, "600")
        found[f"{paths.HOST_KEY}.pub"] = (f"{key.public}\n", "644")
    return found


def shown_host_key(target: Target) -> str | None:
    """`ssh-ed25519 BASE64` that the host shows from now on; None: its own, which is not ours to know.

    The inventory may still know the first boot's.
    """
    return lasting_host_key(target.secrets.identity_seed.get_secret_value()).public if target.cloud else None


@deploy("SSH")
def ssh(target: Target) -> None:
    if target.cloud:
        files.put(
            name="Keep cloud-init from making other host keys",
            src=str(Path(__file__).with_name("99-jupyter-anywhere.cfg")),
            dest="/etc/cloud/cloud.cfg.d/99-jupyter-anywhere.cfg",
            mode="644",
            user="root",
            group="root",
        )
    key = shown_host_key(target)
    ssh_operations.access(
        name=f"Let in root and {target.settings.owner} by key only" + (", with the lasting host key" if key else ""),
        files=sshd_files(target),
        keys_directory=paths.AUTHORIZED_KEYS_DIRECTORY,
        host_key_path=paths.HOST_KEY if target.cloud else "",
        host_key=key,
    )
