"""`python -m handover.visit ssh|logs|status|open`: the owner's own ways to the selected stack's server."""

import os
import shlex
import socket
import subprocess
import sys
import time
import webbrowser

from check.login_page import LoginPageError, wait_for_login_page
from contract.errors import OwnerError
from contract.paths import JUPYTER_SERVICE
from contract.stack_outputs import selected_target
from contract.target import Target
from handover.errors import HandoverError
from handover.ssh import known_hosts, private_key

WAYS = ("ssh", "logs", "status", "open")
TUNNEL_SECONDS = 30

_STATUS = (
    f"systemctl --no-pager --lines=0 status {JUPYTER_SERVICE}; echo; uptime; free -m; df -h /; ufw status; "
    "test ! -e /run/reboot-required || echo 'A reboot is due.'"
)


def ssh_words(target: Target, user: str, *options: str) -> list[str]:
    """A command that logs in and verifies the host by the stack's own key."""
    key = private_key(target, os.environ.get("JUPYTER_SSH_KEY"))
    chosen = ["-i", str(key), "-o", "IdentitiesOnly=yes"] if key else []
    verified = ["-o", f"UserKnownHostsFile={known_hosts(target)}", "-o", "StrictHostKeyChecking=yes"]
    return ["ssh", *chosen, *verified, *options, f"{user}@{target.address}"]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in WAYS:
        print(f"usage: python -m handover.visit {'|'.join(WAYS)}", file=sys.stderr)
        return 2
    way = arguments[0]
    try:
        target = Target.from_environment(os.environ) if Target.is_in(os.environ) else selected_target()
        if way == "open":
            return _open(target)
        commands = {"ssh": "", "logs": f"journalctl -u {JUPYTER_SERVICE} -n 100 --no-pager", "status": _STATUS}
        words = ssh_words(target, target.settings.owner if way == "ssh" else "root")
        words += [commands[way]] if commands[way] else []
        return subprocess.run(words, check=False).returncode
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 1
    except FileNotFoundError:
        print("`ssh` is not on PATH: install OpenSSH's client.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _open(target: Target) -> int:
    """Through a tunnel: what a password crosses the network in is then encrypted."""
    remote = target.settings.public_port
    port = _free_port(remote)
    forward = f"{port}:localhost:{remote}"
    words = ssh_words(target, target.settings.owner, "-N", "-o", "ExitOnForwardFailure=yes", "-L", forward)
    url = f"http://localhost:{port}"
    tunnel = subprocess.Popen(words)
    try:
        _wait(tunnel, url, words)
        print(f"{url} is your server, for as long as this runs. To end it: Ctrl-C", flush=True)
        webbrowser.open(url)
        code = tunnel.wait()
        print("The connection has ended. To open it again: make open", file=sys.stderr)
        return code
    except KeyboardInterrupt:
        return 0
    finally:
        tunnel.terminate()
        tunnel.wait()


def _free_port(wanted: int) -> int:
    """The wanted one; another where something of this machine's, perhaps a Jupyter too, has it already."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            # Else a tunnel that has just ended would still count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise HandoverError("This machine has no free port to listen at.")


def _wait(tunnel: "subprocess.Popen[bytes]", url: str, words: list[str]) -> None:
    """Until the login page answers. Raises HandoverError when it does not, or when there is no tunnel any more."""
    deadline = time.monotonic() + TUNNEL_SECONDS
    while True:
        try:
            wait_for_login_page(url, 0)
            reason = ""
        except LoginPageError as error:
            reason = str(error)
        if tunnel.poll() is not None:
            raise HandoverError(f"There is no tunnel: ssh ended with {tunnel.poll()}. It was: {shlex.join(words)}")
        if not reason:
            return
        if time.monotonic() > deadline:
            raise HandoverError(f"{reason} The tunnel was: {shlex.join(words)}")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
