"""What pyinfra's own operations lack about users."""

from hashlib import sha256

from pyinfra import host
from pyinfra.api import OperationError, QuoteString, StringCommand, operation

from deploy.advice import to_set
from deploy.facts.users import RecordedOwner, ShadowDigest
from deploy.script import Commands


@operation()
def password(user: str, field: str) -> Commands:
    """
    Set a user's field in /etc/shadow: a crypted password, or "!" for none.

    It goes over standard input, so that no process list and no log shows it.
    """

    if host.get_fact(ShadowDigest, user=user) == sha256(field.encode()).hexdigest():
        host.noop(f"the password of {user} is as it shall be")
        return
    yield StringCommand("chpasswd", "-e", _stdin=f"{user}:{field}")


@operation()
def recorded(user: str, path: str, cloud: bool) -> Commands:
    """
    Remember whose host it is, and refuse another owner: homes, prefixes and notebooks are the first one's.
    """

    found = host.get_fact(RecordedOwner, path=path)
    if found == user:
        host.noop(f"{user} is the owner already")
        return
    if found:
        raise OperationError(
            f"This server's owner is `{found}`, and the setting `owner` now says `{user}`. An owner cannot be renamed: "
            f"set it back with {to_set('owner', found, cloud=cloud)}, or make a new server."
        )
    directory = path.rsplit("/", 1)[0]
    yield StringCommand("install", "-d", "-m", "0755", QuoteString(directory))
    yield StringCommand("echo", QuoteString(user), ">", QuoteString(path))
