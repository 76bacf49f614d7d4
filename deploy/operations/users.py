"""What pyinfra's own operations lack about users."""

from hashlib import sha256

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand, operation

from deploy.advice import to_set
from deploy.facts.users import Person, RecordedOwner, ShadowDigest
from deploy.refusal import refused
from deploy.script import Commands


@operation()
def person(user: str, home: str, shell: str, group: str, home_mode: str = "750") -> Commands:
    """
    Create a user with a home of its own, who is in a group besides.

    + group: the other groups that the user is in stay
    + home_mode: octal; the home's parent must be root's
    """

    found = host.get_fact(Person, user=user)
    if not found.exists:
        yield StringCommand("useradd", "-m", "-d", QuoteString(home), "-s", shell, "-G", group, QuoteString(user))
    else:
        if (found.home, found.shell) != (home, shell):
            yield StringCommand("usermod", "-d", QuoteString(home), "-s", shell, QuoteString(user))
        if group not in found.groups:
            yield StringCommand("usermod", "-a", "-G", group, QuoteString(user))
    if found.home_folder != f"{user}:{user} {home_mode}":
        # The home itself, and nothing in it: what is below is the owner's to link elsewhere.
        yield StringCommand(
            "install", "-d", "-o", QuoteString(user), "-g", QuoteString(user), "-m", home_mode, QuoteString(home)
        )
    elif found.exists and (found.home, found.shell) == (home, shell) and group in found.groups:
        host.noop(f"{user} is as it shall be")


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
        yield refused(
            f"This server's owner is `{found}`, and the setting `owner` now says `{user}`. An owner cannot be renamed: "
            f"set it back with {to_set('owner', found, cloud=cloud)}, or make a new server."
        )
        return
    directory = path.rsplit("/", 1)[0]
    yield StringCommand("install", "-d", "-m", "0755", QuoteString(directory))
    yield StringCommand("echo", QuoteString(user), ">", QuoteString(path))
