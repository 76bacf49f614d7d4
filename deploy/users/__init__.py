"""The owner: runs Jupyter, may use sudo with a password of its own, is never root."""

from pyinfra.api import deploy
from pyinfra.operations import files

from contract import paths
from contract.target import Target
from deploy.operations import users as user_operations
from deploy.users.sudo_password import shadow_field


@deploy("Users")
def users(target: Target) -> None:
    owner = target.settings.owner
    user_operations.person(
        name=f"Create {owner}, who may use sudo, with a home that others cannot read",
        user=owner,
        home=paths.home(owner),
        shell="/bin/bash",
        group="sudo",
    )
    user_operations.password(
        name=f"Set the sudo password of {owner}" if target.secrets.sudo_password else f"Lock sudo for {owner}",
        user=owner,
        field=shadow_field(target.secrets),
    )
    # As the owner: below the home every folder may be a link to anywhere, and root must not follow it.
    files.directory(
        name=f"Create the folder {target.settings.notebooks_folder}",
        path=paths.notebooks(owner, target.settings.notebooks_folder),
        _su_user=owner,
        _no_fail_on_link=True,
    )
