"""SSH from outside: does it answer, and is it our host that does?"""

import socket
import time

import paramiko

from check.report import Finding
from contract.errors import OwnerError
from contract.identity import HostKey
from contract.ports import SSH_PORT

FIRST_ANSWER_SECONDS = 300
"""A droplet's first boot may take minutes until sshd runs."""

HINT_SECONDS = 45


class SshError(OwnerError):
    """SSH does not answer, or not as it should."""


def wait_for_banner(address: str, seconds: float = FIRST_ANSWER_SECONDS) -> None:
    """Return once `SSH-2.0` is read: an open port alone may belong to a system still booting.

    Raises SshError after `seconds`.
    """
    begun = time.monotonic()
    deadline, hint = begun + seconds, begun + HINT_SECONDS
    while True:
        try:
            with socket.create_connection((address, SSH_PORT), timeout=5) as connection:
                connection.settimeout(10)
                if connection.recv(4) == b"SSH-":
                    return
                reason = "something that is not SSH answers"
        except OSError as error:
            reason = error.strerror or str(error) or type(error).__name__
        if time.monotonic() > deadline:
            raise SshError(
                f"SSH does not answer at {address}:{SSH_PORT} after {seconds:.0f} s ({reason}). "
                "If `allowed_addresses` is set, this machine's own address must be in it; otherwise look at the "
                "droplet's console in DigitalOcean's control panel. Then run `pulumi up` again."
            )
        if time.monotonic() > hint:
            hint = deadline
            print(f"Still waiting ({reason}). If `allowed_addresses` is set, this machine must be in it.", flush=True)
        time.sleep(1)


def shown_key(address: str) -> str:
    """`ssh-ed25519 BASE64` as the host presents it, proven by a key exchange."""
    try:
        with socket.create_connection((address, SSH_PORT), timeout=10) as connection:
            transport = paramiko.Transport(connection)
            transport.get_security_options().key_types = ("ssh-ed25519",)
            try:
                transport.start_client(timeout=20)
                key = transport.get_remote_server_key()
            finally:
                transport.close()
    except (OSError, EOFError, paramiko.SSHException) as error:
        # An EOFError, which says nothing, is what a server that starts anew leaves behind.
        reason = str(error) or "it was broken off"
        raise SshError(f"No SSH connection to {address}:{SSH_PORT}: {reason}. Run `pulumi up` again.") from None
    return f"{key.get_name()} {key.get_base64()}"


def shows_key(address: str, shown: str, expected: HostKey) -> Finding:
    """shown: `ssh-ed25519 BASE64` as the host presented it."""
    what = f"SSH at {address} shows the stack's host key ({expected.fingerprint})"
    return Finding(what, "" if shown == expected.public else "it shows another one: do not log in; look at the droplet")
