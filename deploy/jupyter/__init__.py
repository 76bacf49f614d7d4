"""Jupyter, in an environment of root's own, as a service of the owner's."""

from io import StringIO
from pathlib import Path

from pyinfra.api import deploy
from pyinfra.operations import files

from contract import paths
from contract.target import Target
from deploy.jupyter.password import hashed_password
from deploy.operations import environment, placed
from deploy.operations import jupyter as jupyter_operations
from deploy.operations import service as service_operations
from deploy.template import rendered

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
UNIT = f"/etc/systemd/system/{paths.JUPYTER_SERVICE}.service"
KERNEL = f"{paths.JUPYTER_DATA}/kernels/python3"
DISTRIBUTION_NAMES = {"anaconda": "Anaconda", "miniforge": "Miniforge"}


def unit(target: Target) -> str:
    settings = target.settings
    return rendered(
        "jupyter/jupyter.service.j2",
        owner=settings.owner,
        home=paths.home(settings.owner),
        notebooks=paths.notebooks(settings.owner, settings.notebooks_folder),
        environment=paths.JUPYTER_ENVIRONMENT,
        config_directory=paths.JUPYTER_CONFIG_DIRECTORY,
        data=paths.JUPYTER_DATA,
        conda=paths.CONDA_CURRENT,
        conda_root=paths.CONDA_ROOT,
    )


def configuration(target: Target) -> str:
    settings = target.settings
    return rendered(
        "jupyter/jupyter_notebook_config.py.j2",
        port=settings.public_port,
        notebooks=paths.notebooks(settings.owner, settings.notebooks_folder),
        hashed_password=hashed_password(target.secrets),
    )


@deploy("Jupyter")
def jupyter(target: Target) -> None:
    settings = target.settings
    made = environment.locked(
        name="Install Jupyter from its lock", root=paths.JUPYTER_ENVIRONMENTS, requirements=REQUIREMENTS.read_text()
    )
    files.directory(name="Create the default kernel's folder", path=KERNEL, mode="755", user="root", group="root")
    display_name = DISTRIBUTION_NAMES.get(settings.python_distribution, settings.installer.version)
    for file, mode in (("kernel.json", "644"), ("start", "755")):
        files.put(
            name=f"Write the default kernel's {file}",
            src=StringIO(rendered(f"jupyter/kernel/{file}.j2", display_name=display_name, conda=paths.CONDA_CURRENT)),
            dest=f"{KERNEL}/{file}",
            mode=mode,
            user="root",
            group="root",
        )
    files.directory(
        name="Create Jupyter's configuration folder, for root and the owner's service",
        path=paths.JUPYTER_CONFIG_DIRECTORY,
        mode="750",
        user="root",
        group=settings.owner,
    )
    files.put(
        name="Keep Jupyter from looking for configuration of its forerunners",
        # Without this file it looks into ~/.ipython, and stops for want of a place to write down that it did.
        src=StringIO(""),
        dest=f"{paths.JUPYTER_CONFIG_DIRECTORY}/migrated",
        mode="644",
        user="root",
        group="root",
    )
    stamp = f"{paths.STATE_DIRECTORY}/{paths.JUPYTER_SERVICE}.digest"
    jupyter_operations.sole_configuration(
        name="Remove configuration that would overrule ours",
        configuration=paths.JUPYTER_CONFIG,
        directories=[paths.JUPYTER_CONFIG_DIRECTORY, "/usr/local/etc/jupyter"],
        stamp=stamp,
    )
    configured = placed.secret(
        name="Write Jupyter's configuration and the password's hash",
        path=paths.JUPYTER_CONFIG,
        content=configuration(target),
        owner=f"root:{settings.owner}",
        mode="640",
    )
    described = files.put(
        name="Write jupyter.service",
        src=StringIO(unit(target)),
        dest=UNIT,
        mode="644",
        user="root",
        group="root",
    )
    # Last: a restart ends running kernels, so it happens once, and only for what changed above.
    service_operations.current(
        name="Run Jupyter with these files, and from every boot on",
        service=paths.JUPYTER_SERVICE,
        paths=[paths.JUPYTER_ENVIRONMENT, paths.JUPYTER_CONFIG, UNIT],
        stamp=stamp,
        url=f"http://127.0.0.1:{settings.public_port}/login",
        after=[made, configured, described],
    )
