"""`python -m check`: the selected stack's server from outside, as its owner and as a stranger."""

import os
import sys
from collections.abc import Iterator

from check import jupyter, ssh
from check.login_page import LoginPageError, wait_for_login_page
from check.report import Finding
from contract.errors import OwnerError
from contract.identity import lasting_host_key
from contract.stack_outputs import selected_target
from contract.target import Target

PATIENCE_SECONDS = 15


def findings(target: Target) -> Iterator[Finding]:
    expected = lasting_host_key(target.secrets.identity_seed.get_secret_value())
    try:
        ssh.wait_for_banner(target.address, PATIENCE_SECONDS)
        yield ssh.shows_key(target.address, ssh.shown_key(target.address), expected)
    except ssh.SshError as error:
        yield Finding(f"SSH answers at {target.address}", str(error))
    url = f"http://{target.address}:{target.settings.public_port}"
    try:
        wait_for_login_page(url, PATIENCE_SECONDS)
    except LoginPageError as error:
        yield Finding(f"The login page answers at {url}", str(error))
        return
    yield Finding(f"The login page answers at {url}")
    yield from jupyter.findings(url, target.secrets.password.get_secret_value())


def main() -> int:
    try:
        target = Target.from_environment(os.environ) if Target.is_in(os.environ) else selected_target()
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 2
    fatal = False
    for finding in findings(target):
        print(finding, flush=True)
        fatal = fatal or bool(finding.fault)
    return int(fatal)


if __name__ == "__main__":
    sys.exit(main())
