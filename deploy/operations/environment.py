"""Root-owned Python environments, one per lock."""

from hashlib import sha256
from io import StringIO

from pyinfra import host
from pyinfra.api import FileUploadCommand, QuoteString, StringCommand, operation

from deploy.facts.environment import Environments
from deploy.operations.platform import too_old
from deploy.refusal import refused
from deploy.script import Commands, script


def environment_name(requirements: str, python: str) -> str:
    """Of what decides an environment's content: the lock, and the Python that it is made with."""
    return sha256(f"{python}\n{requirements}".encode()).hexdigest()[:16]


@operation()
def locked(root: str, requirements: str) -> Commands:
    """
    Make the environment that a lock describes and use it; the old one is used until the new one is whole.

    + root: folder of the environments, with the link `current`
    + requirements: the lock's text, with hashes
    """

    found = host.get_fact(Environments, root=root)
    if not found.python or too_old(found.python):
        yield refused(
            f"Jupyter needs Python 3.11 or later, and this server's is {found.python or 'missing'}. "
            "Debian 12, Ubuntu 24.04 and later have it."
        )
        return
    name = environment_name(requirements, found.python)
    if found.current == name:
        host.noop("the environment is the locked one")
        return
    yield StringCommand("install", "-d", "-m", "0755", QuoteString(root))
    yield FileUploadCommand(StringIO(requirements), f"{root}/{name}.txt")
    yield script("jupyter/make_environment.sh", ROOT=root, NAME=name)
