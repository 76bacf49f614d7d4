"""What the host must be."""

from pyinfra import host
from pyinfra.api import operation

from deploy.facts.platform import Platform, PlatformState
from deploy.refusal import refused
from deploy.script import Commands

OLDEST_PYTHON = (3, 11)
SUPPORTED = "Debian 12, Ubuntu 24.04 or later, on x86-64, with systemd"


def reason_against(found: PlatformState) -> str:
    """ "" if the host will do."""
    if not found.apt:
        return "it has no apt"
    if not found.systemd:
        return "it does not run systemd"
    if found.machine != "x86_64":
        return f"its processor is {found.machine}, and the conda installers are for x86-64"
    if found.python and too_old(found.python):
        return f"its Python is {found.python}, and Jupyter needs 3.11"
    return ""


def too_old(python: str) -> bool:
    """python: `3.11`."""
    return tuple(int(part) for part in python.split(".")) < OLDEST_PYTHON


@operation()
def supported() -> Commands:
    """
    Refuse a host that all this was not made for, before anything on it is changed.
    """

    found = host.get_fact(Platform)
    reason = reason_against(found)
    if not reason:
        host.noop(f"{found.name} will do")
        return
    yield refused(f"This server runs {found.name}, and {reason}. What will do: {SUPPORTED}.")
