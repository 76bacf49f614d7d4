"""Packages of the system, kept up to date without a question asked.

pyinfra's own `apt.update` and `apt.upgrade` report a change by the age of the lists alone, and give
up when something else, such as the first boot, holds apt's lock.
"""

from pyinfra import host
from pyinfra.api import operation

from contract import paths
from deploy.facts.apt import Apt
from deploy.script import Commands, script

STAMP = f"{paths.STATE_DIRECTORY}/apt-update"


@operation()
def upgraded(lists_hours: int = 48) -> Commands:
    """
    Finish a broken-off installation, and upgrade what can be.

    + lists_hours: fetch the package lists when they are older; apt's daily timer normally keeps them younger
    """

    found = host.get_fact(Apt, packages=[], stamp=STAMP)
    if found.interrupted:
        yield script("system/apt.sh", DO="configure", STAMP=STAMP, PACKAGES="")
    if found.lists_age is None or found.lists_age > lists_hours * 3600:
        yield script("system/apt.sh", DO="update", STAMP=STAMP, PACKAGES="")
        # What the new lists bring is not known yet.
        yield script("system/apt.sh", DO="upgrade", STAMP=STAMP, PACKAGES="")
    elif found.upgradable:
        yield script("system/apt.sh", DO="upgrade", STAMP=STAMP, PACKAGES="")
    elif not found.interrupted:
        host.noop(f"nothing to upgrade in lists that are {found.lists_age // 3600} hours old")


@operation()
def installed(packages: list[str]) -> Commands:
    """
    Install packages that are missing.
    """

    found = host.get_fact(Apt, packages=packages, stamp=STAMP)
    missing = [package for package in packages if package not in found.installed]
    if not missing:
        host.noop("all packages are installed")
        return
    # Old lists name files that the mirrors have replaced by now.
    yield script("system/apt.sh", DO="update_if_old", STAMP=STAMP, PACKAGES="")
    yield script("system/apt.sh", DO="install", STAMP=STAMP, PACKAGES=" ".join(missing))
