"""What the machine must do about the account's state: filter droplets, answer for domains."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from sandbox import interfaces
from sandbox.api.records import Domain, DomainRecord, Droplet, Firewall, FirewallRule, State, Target
from sandbox.api.wire.bodies import network

HOST_TYPES = ("CNAME", "MX", "NS", "SRV")


def firewall_rules(state: State) -> dict[IPv4Address, interfaces.FirewallRules]:
    """By droplet address, the union of all firewalls that name the droplet or one of its tags."""
    rules = {}
    for droplet in state.droplets.values():
        matching = [firewall for firewall in state.firewalls.values() if covers(firewall, droplet)]
        if matching:
            rules[droplet.address] = interfaces.FirewallRules(
                inbound=_united((rule for firewall in matching for rule in firewall.inbound), state),
                outbound=_united((rule for firewall in matching for rule in firewall.outbound), state),
            )
    return rules


def covers(firewall: Firewall, droplet: Droplet) -> bool:
    return droplet.id in firewall.droplet_ids or bool(set(droplet.tags) & set(firewall.tags))


def _united(rules: Iterable[FirewallRule], state: State) -> tuple[interfaces.Rule, ...]:
    """A rule whose peers are nobody (a tag without droplets) lets nobody through: it is left out."""
    united = [
        interfaces.Rule(protocol=rule.protocol, ports=_ports(rule.ports), networks=networks)
        for rule in rules
        if (networks := _networks(rule.peers, state))
    ]
    return tuple(dict.fromkeys(united))


def _ports(text: str) -> tuple[int, int] | None:
    if text == "0":
        return None
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def _networks(peers: Target, state: State) -> tuple[IPv4Network | IPv6Network, ...]:
    droplets = [
        IPv4Network(droplet.address)
        for droplet in state.droplets.values()
        if droplet.id in peers.droplet_ids or set(droplet.tags) & set(peers.tags)
    ]
    return tuple([*map(network, peers.addresses), *droplets])


def zones(state: State) -> Mapping[str, tuple[interfaces.DnsRecord, ...]]:
    """Every domain; without SOA records, which are the server's own."""
    return {
        domain.name: tuple(
            interfaces.DnsRecord(
                name=full_name(record.name, domain), type=record.type, data=zone_data(record, domain), ttl=record.ttl
            )
            for record in domain.records.values()
            if record.type != "SOA"
        )
        for domain in state.domains.values()
    }


def full_name(name: str, domain: Domain) -> str:
    return domain.name if name == "@" else f"{name}.{domain.name}"


def zone_data(record: DomainRecord, domain: Domain) -> str:
    """As in a zone file: hosts with their trailing dot, text quoted in pieces of at most 255 characters."""
    host = f"{domain.name}." if record.data == "@" else f"{record.data}."
    match record.type:
        case "TXT":
            pieces = [record.data[start : start + 255] for start in range(0, len(record.data), 255)] or [""]
            return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)
        case "MX":
            return f"{record.priority or 0} {host}"
        case "SRV":
            return f"{record.priority or 0} {record.weight or 0} {record.port or 0} {host}"
        case "CAA":
            return f'{record.flags or 0} {record.tag} "{record.data}"'
        case "CNAME" | "NS":
            return host
        case _:
            return record.data
