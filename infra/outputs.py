"""What the owner is shown once the server stands."""

import pulumi

from settings.cloud import CloudSettings
from settings.host import HostSettings


def login_url(cloud: CloudSettings, host: HostSettings, address: str) -> str:
    return address_url(host, cloud.fqdn or address)


def address_url(host: HostSettings, name: str) -> str:
    """name: an address, or a name that resolves to it."""
    return f"http://{name}:{host.public_port}"


def records_to_enter(
    cloud: CloudSettings, address: pulumi.Output[str], address6: pulumi.Output[str]
) -> pulumi.Output[list[str]]:
    """Lines of a zone file for whoever keeps the domain's zone elsewhere."""

    def lines(addresses: list[str]) -> list[str]:
        kinds = zip(("A", "AAAA"), addresses, strict=True)
        return [f"{cloud.fqdn}. {cloud.dns_ttl} IN {kind} {value}" for kind, value in kinds if value]

    return pulumi.Output.all(address, address6).apply(lines)
