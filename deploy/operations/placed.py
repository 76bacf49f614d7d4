"""Files whose content must not be shown, and which nobody may see half written or too open."""

from hashlib import sha256
from io import StringIO

from pyinfra import host
from pyinfra.api import FileUploadCommand, QuoteString, StringCommand, operation

from contract import paths
from deploy.facts.placed import Placed, PlacedFile
from deploy.script import Commands, script

STAGING = f"{paths.STATE_DIRECTORY}/staging"


@operation()
def secret(path: str, content: str, owner: str = "root:root", mode: str = "600") -> Commands:
    """
    Put a file that holds a secret in place, whole and with its permissions from the first moment.

    Unlike `files.put` it never shows a difference. Its folder must be root's.

    + owner: `USER:GROUP`
    + mode: octal
    """

    wanted = PlacedFile(sha256(content.encode()).hexdigest(), owner, mode)
    if host.get_fact(Placed, path=path) == wanted:
        host.noop(f"{path} is as it shall be")
        return
    staged = f"{STAGING}/{path.strip('/').replace('/', '-')}"
    yield StringCommand("install", "-d", "-m", "0700", QuoteString(STAGING))
    yield FileUploadCommand(StringIO(content), staged)
    yield script("placed/place.sh", OWNER=owner, MODE=mode, STAGED=staged, FILE=path)
