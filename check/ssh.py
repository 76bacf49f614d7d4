"""SSH from outside: is it our host that answers?"""

from check.report import Finding
from contract.identity import HostKey


def shows_key(address: str, shown: str, expected: HostKey) -> Finding:
    """shown: `ssh-ed25519 BASE64` as the host presented it."""
    what = f"SSH at {address} shows the stack's host key ({expected.fingerprint})"
    return Finding(what, "" if shown == expected.public else "it shows another one: do not log in; look at the droplet")
