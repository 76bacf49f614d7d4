"""Conda prefixes: one per version, made by its installer, marked when finished."""

from collections.abc import Iterator

from pyinfra import host
from pyinfra.api import OperationError, StringCommand, operation

from contract import paths
from deploy.facts.conda import CondaPrefix, CondaPrefixState
from deploy.script import script


def _observed(version: str) -> CondaPrefixState:
    return host.get_fact(CondaPrefix, root=paths.CONDA_ROOT, markers=paths.CONDA_MARKERS, version=version)


def _finished(version: str, sha256: str) -> bool:
    found = _observed(version)
    if found.finished_with and found.finished_with != sha256:
        raise OperationError(
            f"{paths.CONDA_ROOT}/{version} was made by another installer: its SHA-256 is {found.finished_with}, and "
            f"`installer_sha256` now says {sha256}. Give the new one a name of its own: "
            "`pulumi config set installer_version NAME`."
        )
    return bool(found.finished_with) and found.present


@operation()
def installer(version: str, url: str, sha256: str, disk_gb: int) -> Iterator[StringCommand]:
    """
    Download a version's installer, going on where an interrupted download stopped, and check it.

    Nothing is downloaded for a prefix that is finished.
    """

    if _finished(version, sha256):
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
    )


@operation()
def prefix(version: str, sha256: str, owner: str) -> Iterator[StringCommand]:
    """
    Run a version's downloaded installer as the owner, in place of whatever an interrupted one left.
    """

    if _finished(version, sha256):
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
def terms(version: str, owner: str) -> Iterator[StringCommand]:
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
def kernel(version: str, owner: str) -> Iterator[StringCommand]:
    """
    Make a prefix's Python a notebook kernel: Anaconda brings the package along, Miniforge does not.
    """

    if _observed(version).has_kernel:
        host.noop("ipykernel is installed")
        return
    yield script("conda/install_kernel.sh", ROOT=paths.CONDA_ROOT, VERSION=version, OWNER=owner)
