"""The Python that notebooks run: one prefix per version, and a link to the one in use.

Switching is a new prefix and a flipped link; going back flips it again.
"""

from io import StringIO

from pyinfra.api import deploy
from pyinfra.operations import files

from contract import paths
from contract.target import Target
from deploy.operations import conda as conda_operations
from deploy.template import rendered


@deploy("Python")
def conda(target: Target) -> None:
    owner, installer = target.settings.owner, target.settings.installer
    conda_operations.installer(
        name=f"Download the installer of {installer.version}",
        version=installer.version,
        url=installer.url,
        sha256=installer.sha256,
        disk_gb=installer.disk_gb,
        cloud=target.cloud,
    )
    conda_operations.prefix(
        name=f"Install {installer.version} as {owner}",
        version=installer.version,
        sha256=installer.sha256,
        owner=owner,
    )
    if installer.needs_terms:
        # Before any `conda install`, which stops without.
        conda_operations.terms(name="Accept the terms of Anaconda's channels", version=installer.version, owner=owner)
    conda_operations.kernel(name="Make it a notebook kernel", version=installer.version, owner=owner)
    # Last: what is in use stays in use until the new one is whole.
    conda_operations.current(name=f"Use {installer.version}", version=installer.version)
    files.put(
        name=f"Put it first on the PATH of {owner}'s terminals",
        src=StringIO(rendered("conda/jupyter-anywhere.sh.j2", owner=owner, current=paths.CONDA_CURRENT)),
        dest="/etc/profile.d/jupyter-anywhere.sh",
        mode="644",
        user="root",
        group="root",
    )
