"""How a target is reached: pyinfra host data, the same for every inventory."""

import secrets
import socket
from pathlib import Path
from typing import Any

import paramiko

from contract.target import Target

RUN_MARKER = "JUPYTER_ANYWHERE_RUN"
"""In the environment of every command on the host: a later run tells by it what an earlier one left running."""


def undelayed_transport(sock: socket.socket, **arguments: Any) -> paramiko.Transport:
    # Each command would wait 40 ms for a delayed acknowledgement, a third of a run without changes or more:
    # benchmarks/transport.py.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return paramiko.Transport(sock, **arguments)


def host_data(target: Target, *, ssh_key: Path | None, known_hosts: Path) -> dict[str, Any]:
    """ssh_key: None leaves it to the SSH agent and the keys in ~/.ssh."""
    run = secrets.token_hex(8)
    data: dict[str, Any] = {
        "target": target,
        "run": run,
        "ssh_user": "root",
        "ssh_known_hosts_file": str(known_hosts),
        "ssh_strict_host_key_checking": "yes",
        "ssh_paramiko_connect_kwargs": {"transport_factory": undelayed_transport},
        "_env": {RUN_MARKER: run},
    }
    if ssh_key is not None:
        data["ssh_key"] = str(ssh_key)
    return data
