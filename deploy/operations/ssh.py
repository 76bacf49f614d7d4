"""Who may log in, and which host key is shown."""

from collections.abc import Mapping
from hashlib import sha256
from io import StringIO

from pyinfra import host
from pyinfra.api import FileUploadCommand, operation

from deploy.facts.ssh import SshAccess
from deploy.guard import Guard
from deploy.script import Commands, script

EFFECTIVE = {
    "passwordauthentication": "no",
    "kbdinteractiveauthentication": "no",
    "permitrootlogin": "without-password",
}


@operation()
def access(
    files: Mapping[str, tuple[str, str]],
    keys_directory: str,
    host_key_path: str = "",
    host_key: str | None = None,
) -> Commands:
    """
    Put sshd's files in place and let it read them, if a new connection can then be made; else put all back.

    + files: content and octal mode by path, all root's; whoever has keys in `keys_directory` beside these loses them
    + keys_directory: folder with a file of authorised keys per user
    + host_key_path: the one host key to show; others are removed. "": host keys are not touched
    + host_key: its public half, `ssh-ed25519 BASE64`, which the new connection must see
    """

    found = host.get_fact(SshAccess, paths=list(files), keys_directory=keys_directory)
    effective = EFFECTIVE | {"authorizedkeysfile": f"{keys_directory}/%u"}
    wanted_users = {path.rsplit("/", 1)[1] for path in files if path.startswith(f"{keys_directory}/")}
    strangers = [user for user in found.users_with_keys if user not in wanted_users]
    changed = [path for path, (content, mode) in files.items() if found.files.get(path) != _summary(content, mode)]
    overruled = [keyword for keyword, value in effective.items() if found.effective.get(keyword) != value]
    if not changed and not strangers and not overruled:
        host.noop("sshd lets in who it shall")
        return

    guard = Guard(
        name="ssh",
        paths=("/etc/ssh",),
        after_undo="systemctl reload ssh.service",
        consequence=(
            "With the new settings of sshd you could not get in any more. Is the key that you connect with among "
            "`ssh_public_keys`?"
        ),
    )
    yield guard.armed()
    names = {path: f"{number}" for number, path in enumerate(changed)}
    for path in changed:
        yield FileUploadCommand(StringIO(files[path][0]), f"/run/jupyter-anywhere/ssh/new/{names[path]}")
    yield script(
        "ssh/switch.sh",
        NAME=guard.name,
        KEYS_DIRECTORY=keys_directory,
        FILES="\n".join(f"{names[path]} {files[path][1]} {path}" for path in changed),
        STRANGERS=" ".join(strangers),
        HOST_KEY=host_key_path,
        EFFECTIVE="\n".join(f"{keyword} {value}" for keyword, value in effective.items()),
    )
    yield guard.proven(host_key)
    yield guard.settled()


def _summary(content: str, mode: str) -> str:
    return f"{sha256(content.encode()).hexdigest()} root:root {mode}"
