"""Addresses for droplets: from .10 of the subnet on, taken in turn."""

from ipaddress import IPv4Address, IPv4Network

from sandbox.api.errors import refused
from sandbox.api.records import State

FIRST_HOST, LAST_HOST = 10, 254


def allocate(state: State, subnet: IPv4Network) -> IPv4Address:
    """The next free one after the last that was given: a replaced droplet gets another address,
    as it would from DigitalOcean. Raises 422 when all are taken."""
    hosts = range(FIRST_HOST, LAST_HOST + 1)
    taken = {droplet.address for droplet in state.droplets.values()}
    in_turn = [*hosts[state.next_host - FIRST_HOST :], *hosts[: state.next_host - FIRST_HOST]]
    for host in in_turn:
        address = IPv4Address(int(subnet.network_address) + host)
        if address not in taken:
            state.next_host = FIRST_HOST if host == LAST_HOST else host + 1
            return address
    raise refused("creating this droplet will exceed your droplet limit")
