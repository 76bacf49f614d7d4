"""Conda prefixes: one per version, made by its installer, marked when finished."""

from pyinfra import host
from pyinfra.api import FunctionCommand, QuoteString, StringCommand, operation
from pyinfra.facts.files import Link

from contract import paths
from deploy.advice import to_set
from deploy.facts.conda import CondaPrefix, CondaPrefixState
from deploy.refusal import refused
from deploy.script import Commands, script


def _observed(version: str) -> CondaPrefixState:
    return host.get_fact(CondaPrefix, root=paths.CONDA_ROOT, markers=paths.CONDA_MARKERS, version=version)


def _is_another(found: CondaPrefixState, sha256: str) -> bool:
    return found.finished_with not in ("", sha256)


def _refusal(version: str, found: CondaPrefixState, sha256: str, cloud: bool) -> FunctionCommand:
    return refused(
        f"{paths.CONDA_ROOT}/{version} was made by another installer: its SHA-256 is {found.finished_with}, and "
        f"`installer_sha256` now says {sha256}. Give the new one a name of its own: "
        f"{to_set('installer_version', 'NAME', cloud=cloud)}."
    )


@operation()
def installer(version: str, url: str, sha256: str, disk_gb: int, cloud: bool) -> Commands:
    """
    Download a version's installer, going on where an interrupted download stopped, and check it.

    Nothing is downloaded for a prefix that is finished.
    """

    found = _observed(version)
    if _is_another(found, sha256):
        yield _refusal(version, found, sha256, cloud)
        return
    if found.finished_with and found.present:
        host.noop(f"{version} is installed")
        return
    yield script(
        "conda/download.sh",
        DIRECTORY=paths.DOWNLOADS_DIRECTORY,
        ROOT=paths.CONDA_ROOT,
        VERSION=version,
        URL=url,
        SHA256=sha256,
        DISK_GB=disk_gb,
        RETRIES=5,
        ADVICE=f"Take a server with a larger disk, or a smaller distribution: "
        f"{to_set('python_distribution', 'miniforge', cloud=cloud)}.",
    )


@operation()
def prefix(version: str, sha256: str, owner: str) -> Commands:
    """
    Run a version's downloaded installer as the owner, in place of whatever an interrupted one left.
    """

    found = _observed(version)
    if found.finished_with and found.present:
        host.noop(f"{version} is installed")
        return
    yield script(
        "conda/install.sh",
        DIRECTORY=paths.DOWNLOADS_DIRECTORY,
        ROOT=paths.CONDA_ROOT,
        MARKERS=paths.CONDA_MARKERS,
        VERSION=version,
        SHA256=sha256,
        OWNER=owner,
    )


@operation()
def terms(version: str, owner: str) -> Commands:
    """
    Accept the terms of Anaconda's channels, as the owner, who was asked for it by a setting.
    """

    if _observed(version).terms_accepted:
        host.noop("the terms are accepted")
        return
    yield script(
        "conda/accept_terms.sh",
        ROOT=paths.CONDA_ROOT,
        MARKERS=paths.CONDA_MARKERS,
        VERSION=version,
        OWNER=owner,
    )


@operation()
def kernel(version: str, owner: str) -> Commands:
    """
    Make a prefix's Python a notebook kernel: Anaconda brings the package along, Miniforge does not.
    """

    if _observed(version).has_kernel:
        host.noop("ipykernel is installed")
        return
    yield script("conda/install_kernel.sh", ROOT=paths.CONDA_ROOT, VERSION=version, OWNER=owner)


@operation()
def current(version: str) -> Commands:
    """
    Point the link to a version's prefix, in one step: there is no moment without it.
    """

    target = f"{paths.CONDA_ROOT}/{version}"
    found = host.get_fact(Link, path=paths.CONDA_CURRENT)
    if found and found["link_target"] == target:
        host.noop(f"{version} is in use")
        return
    new = f"{paths.CONDA_CURRENT}.new"
    yield StringCommand("ln", "-sfn", QuoteString(target), QuoteString(new))
    yield StringCommand("mv", "-T", QuoteString(new), QuoteString(paths.CONDA_CURRENT))
