"""Which address of ours the server sees: no other machine can tell, from behind a router."""

import ipaddress
import os
import subprocess

from contract.errors import OwnerError
from contract.target import Target
from handover.visit import ssh_words

PATIENCE_SECONDS = 15


def seen_address(target: Target) -> str | None:
    """The address from which this machine reaches the server; None where it does not reach it."""
    try:
        words = ssh_words(target, "root", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "LogLevel=ERROR")
        done = subprocess.run(
            [*words, "echo $SSH_CLIENT"],
            env=os.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        address = done.stdout.split()[0] if done.returncode == 0 and done.stdout.split() else ""
        return str(ipaddress.ip_address(address.removeprefix("::ffff:")))
    except (OwnerError, ValueError, OSError, subprocess.TimeoutExpired):
        return None


def shut_out(address: str, allowed: tuple[str, ...]) -> bool:
    """Whether an allow-list (networks in CIDR, empty for everybody) leaves this address outside."""
    networks = [ipaddress.ip_network(network) for network in allowed]
    return bool(networks) and not any(ipaddress.ip_address(address) in network for network in networks)
