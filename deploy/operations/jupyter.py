"""What pyinfra has no operations for."""

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand, operation

from deploy.facts.jupyter import OtherConfiguration
from deploy.script import Commands


@operation()
def sole_configuration(configuration: str, directories: list[str], stamp: str) -> Commands:
    """
    Remove configuration that would silently overrule ours, and have the service restarted without it.

    `jupyter server password` writes such a file: a .json beats every .py.

    + stamp: the service's digest of its last restart
    """

    others = host.get_fact(OtherConfiguration, configuration=configuration, directories=directories)
    if not others:
        host.noop(f"{configuration} is the only configuration")
        return
    yield StringCommand("rm", "-f", QuoteString(stamp), *(QuoteString(path) for path in others))
