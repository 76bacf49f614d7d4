"""A second, new SSH connection to the host, from here, as proof that one can still be made."""

import tempfile
import time
from pathlib import Path

import paramiko
from pyinfra.api import Host
from pyinfra.connectors.ssh import SSHConnector
from pyinfra.connectors.sshuserclient import SSHClient

PATIENCE_SECONDS = 20
"""A reloaded sshd listens again after a moment."""


def new_connection_error(host: Host, host_key: str | None = None) -> str | None:
    """None if a new connection runs a command, else why not.

    host_key: `ssh-ed25519 BASE64`: the host must show this one instead of the one known so far.
    """
    if not isinstance(host.connector, SSHConnector):
        return None  # nothing that could be cut off
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        error = _attempt(host.connector, host_key)
        if error is None or time.monotonic() > deadline:
            return error
        time.sleep(1)


def _attempt(connector: SSHConnector, host_key: str | None) -> str | None:
    arguments = connector.make_paramiko_kwargs()
    hostname = arguments.pop("hostname")
    with tempfile.TemporaryDirectory() as directory:
        if host_key is not None:
            # Under a path of its own: pyinfra reads a known_hosts file once per path.
            known_hosts = Path(directory, "known_hosts")
            port = int(arguments.get("port", 22))
            known_hosts.write_text(f"{hostname if port == 22 else f'[{hostname}]:{port}'} {host_key}\n")
            arguments["_pyinfra_ssh_known_hosts_file"] = str(known_hosts)
            arguments["_pyinfra_ssh_strict_host_key_checking"] = "yes"
        client = SSHClient()
        try:
            client.connect(  # type: ignore[no-untyped-call]
                hostname, **{"timeout": 10, "banner_timeout": 10, "auth_timeout": 10, **arguments}
            )
            _, output, _ = client.exec_command("true", timeout=10)
            status = output.channel.recv_exit_status()
            return None if status == 0 else f"the command `true` ended with {status}"
        except (paramiko.SSHException, OSError, EOFError) as error:
            return str(error).rstrip(".") or type(error).__name__
        finally:
            client.close()
