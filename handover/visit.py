"""`python -m handover.visit ssh|logs|status|open`: the owner's own ways to the selected stack's server."""

import os
import shlex
import subprocess
import sys
import webbrowser

from check.login_page import LoginPageError, wait_for_login_page
from contract.errors import OwnerError
from contract.paths import JUPYTER_SERVICE
from contract.stack_outputs import selected_target
from contract.target import Target
from handover.ssh import known_hosts, private_key

WAYS = ("ssh", "logs", "status", "open")

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


def _open(target: Target) -> int:
    """Through a tunnel: what a password crosses the network in is then encrypted."""
    port = target.settings.public_port
    forward = f"{port}:localhost:{port}"
    words = ssh_words(target, target.settings.owner, "-N", "-o", "ExitOnForwardFailure=yes", "-L", forward)
    url = f"http://localhost:{port}"
    tunnel = subprocess.Popen(words)
    try:
        wait_for_login_page(url, 30)
        print(f"{url} is your server, for as long as this runs. To end it: Ctrl-C", flush=True)
        webbrowser.open(url)
        return tunnel.wait()
    except LoginPageError as error:
        raise OwnerError(f"{error} The tunnel was: {shlex.join(words)}") from None
    except KeyboardInterrupt:
        return 0
    finally:
        tunnel.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
