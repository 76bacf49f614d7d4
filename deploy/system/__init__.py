"""The system below: packages, time zone, swap, updates."""

from pathlib import Path

from pyinfra.api import deploy
from pyinfra.operations import files, server

from contract.target import Target
from deploy.operations import apt, swap

PACKAGES = ["ca-certificates", "curl", "git", "python3-venv", "sudo", "tzdata", "ufw", "unattended-upgrades"]


@deploy("System")
def system(target: Target) -> None:
    for directory in ("/etc/needrestart", "/etc/needrestart/conf.d"):
        files.directory(name=f"Create {directory}", path=directory, mode="755", user="root", group="root")
    # Before anything is upgraded: Ubuntu's needrestart acts within the upgrade itself.
    files.put(
        name="Keep needrestart from restarting Jupyter",
        src=str(Path(__file__).with_name("jupyter-anywhere.conf")),
        dest="/etc/needrestart/conf.d/jupyter-anywhere.conf",
        mode="644",
        user="root",
        group="root",
    )
    # Before anything is installed: a small machine can run out of memory on the way.
    swap.file(name="Make a swap file where memory is small")
    apt.upgraded(name="Upgrade the system's packages")
    apt.installed(name=f"Install {', '.join(PACKAGES)}", packages=PACKAGES)
    files.put(
        name="Install security updates every day",
        src=str(Path(__file__).with_name("21jupyter-anywhere")),
        dest="/etc/apt/apt.conf.d/21jupyter-anywhere",
        mode="644",
        user="root",
        group="root",
    )
    server.timezone(name=f"Set the time zone to {target.settings.timezone}", timezone=target.settings.timezone)
