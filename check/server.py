"""All that is looked at from outside, in order."""

from collections.abc import Iterator

from check import jupyter, ports, ssh
from check.login_page import LoginPageError, wait_for_login_page
from check.report import Finding
from contract.identity import lasting_host_key
from contract.ports import port_table
from contract.target import Target

PATIENCE_SECONDS = 30


def findings(target: Target, patience: float = PATIENCE_SECONDS) -> Iterator[Finding]:
    """patience: seconds for which SSH and the login page are waited for."""
    expected = lasting_host_key(target.secrets.identity_seed.get_secret_value())
    try:
        ssh.wait_for_banner(target.address, patience)
        yield ssh.shows_key(target.address, ssh.shown_key(target.address), expected)
    except ssh.SshError as error:
        yield Finding(f"SSH answers at {target.address}", str(error))
    table = port_table(target.settings.public_port, cloud_firewall=target.cloud)
    yield ports.closed_outside_table(target.address, [port.number for port in table])
    url = f"http://{target.address}:{target.settings.public_port}"
    try:
        wait_for_login_page(url, patience)
    except LoginPageError as error:
        yield Finding(f"The login page answers at {url}", str(error))
        # No login page may mean that no password is asked for.
        yield jupyter.closed_to_strangers(url)
        return
    yield Finding(f"The login page answers at {url}")
    yield from jupyter.findings(url, target.secrets.password.get_secret_value())


def show(target: Target, patience: float = PATIENCE_SECONDS) -> int:
    """Print a line for each; how many of them are fatal."""
    fatal = 0
    for finding in findings(target, patience):
        print(finding, flush=True)
        fatal += bool(finding.fault and finding.fatal)
    return fatal
