"""The host's own firewall: in by the table of ports, out what is needed."""

from pathlib import Path

from pyinfra.api import deploy

from contract.ports import EVERYWHERE, SSH_PORT, host_sources, port_table
from contract.target import Target
from deploy.firewall.rules import wanted_rules
from deploy.operations import ufw
from deploy.ssh import shown_host_key

BLOCKS = ("before.rules", "before6.rules")


@deploy("Firewall")
def firewall(target: Target) -> None:
    settings = target.settings
    ports = port_table(settings.public_port, cloud_firewall=target.cloud)
    ssh_sources = next(host_sources(port, settings.allowed_addresses) for port in ports if port.number == SSH_PORT)
    ufw.table(
        name=f"Let in SSH and port {settings.public_port}, let out what is needed, and keep metadata for root",
        rules=wanted_rules(target),
        blocks={name: Path(__file__).with_name(name).read_text() for name in BLOCKS},
        # A server that the stack made has no other rules than ours; elsewhere others' rules stay.
        exclusive=target.cloud,
        ssh_networks=() if ssh_sources == EVERYWHERE else ssh_sources,
        host_key=shown_host_key(target),
    )
