"""Rules of ufw as values: what they are made from, how ufw stores them, how it is told about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from contract.ports import EVERYWHERE, host_sources, port_table
from contract.target import Target

MARK = "jupyter-anywhere:"
"""Begins the comment of every rule of ours."""

_TUPLE = "### tuple ### "


@dataclass(frozen=True)
class Rule:
    """One rule for one family of addresses, in the words of ufw's own files.

    action: `allow`, `limit` …, after `route:` for forwarding, before `_log` where it logs.
    interface: `eth0`; `in_eth0!out_eth1` for a forwarding rule; "" for all.
    """

    action: str
    direction: str
    protocol: str
    source: str = EVERYWHERE[0]
    source_port: str = "any"
    destination: str = EVERYWHERE[0]
    port: str = "any"
    interface: str = ""
    comment: str = ""

    @property
    def ours(self) -> bool:
        return self.comment.startswith(MARK)

    @classmethod
    def from_line(cls, line: str) -> "Rule | None":
        """Of a line of user.rules or user6.rules; None if it holds no rule.

        `### tuple ### ACTION PROTOCOL PORT DESTINATION PORT SOURCE [APP APP] DIRECTION[_IFACE] [comment=HEX]`
        """
        if not line.startswith(_TUPLE):
            return None
        words = line.removeprefix(_TUPLE).split()
        comment = ""
        if words[-1].startswith("comment="):
            comment = bytes.fromhex(words.pop().removeprefix("comment=")).decode(errors="replace")
        direction = words[-1]
        interface = ""
        if "!" in direction:
            direction, interface = "in", direction
        elif "_" in direction:
            direction, _, interface = direction.partition("_")
        # Profiles of applications are named beside the ports that they stand for.
        profiles = [word.replace("%20", " ") for word in words[6:-1]] or ["-", "-"]
        return cls(
            action=words[0],
            direction=direction,
            protocol=words[1],
            port=words[2] if profiles[0] == "-" else f"app {profiles[0]}",
            destination=words[3],
            source_port=words[4] if profiles[1] == "-" else f"app {profiles[1]}",
            source=words[5],
            interface=interface,
            comment=comment,
        )

    def words(self, *, delete: bool = False) -> list[str]:
        """Arguments of `ufw` that add it, or delete it."""
        forward = self.action.startswith("route:")
        words = (["route"] if forward else []) + (["delete"] if delete else [])
        words += self.action.removeprefix("route:").removesuffix("_log").split()
        if "!" in self.interface:
            for part in self.interface.split("!"):
                way, _, name = part.partition("_")
                words += [way, "on", name]
        elif not forward or self.interface:
            words += [self.direction] + (["on", self.interface] if self.interface else [])
        words += ["log"] if self.action.endswith("_log") else []
        named = "app " in self.port or "app " in self.source_port
        words += [] if self.protocol == "any" or named else ["proto", self.protocol]
        words += ["from", self.source, *_port_words(self.source_port)]
        words += ["to", self.destination, *_port_words(self.port)]
        return words + (["comment", self.comment] if self.comment and not delete else [])


def _port_words(port: str) -> list[str]:
    if port == "any":
        return []
    return ["app", port.removeprefix("app ")] if port.startswith("app ") else ["port", port]


def wanted_rules(target: Target) -> list[Rule]:
    """In from the table of ports; out what a server and notebooks need, and the owner's setting."""
    settings = target.settings
    rules = [
        Rule(
            "allow",
            "in",
            port.protocol,
            source=_as_kept(network),
            destination=_everywhere_like(network),
            port=str(port.number),
            comment=f"{MARK} {port.name}",
        )
        for port in port_table(settings.public_port, cloud_firewall=target.cloud)
        for network in host_sources(port, settings.allowed_addresses)
    ]
    out = [
        ("53", "udp", "names"),
        ("53", "tcp", "names"),
        ("80", "tcp", "packages and the web"),
        ("443", "tcp", "packages and the web"),
        ("123", "udp", "time"),
        ("22", "tcp", "git over SSH"),
        *((*text.split("/"), "setting outgoing") for text in settings.outgoing),
    ]
    seen = set()
    for port, protocol, why in out:
        if (port, protocol) in seen:
            continue
        seen.add((port, protocol))
        for everywhere in EVERYWHERE:
            rules.append(_out(everywhere, protocol, port, why))
    rules.append(_out(EVERYWHERE[0], "udp", "67", "DHCP", source_port="68"))
    rules.append(_out(EVERYWHERE[1], "udp", "547", "DHCP", source_port="546"))
    return rules


def _out(everywhere: str, protocol: str, port: str, why: str, source_port: str = "any") -> Rule:
    return Rule(
        "allow",
        "out",
        protocol,
        source=everywhere,
        source_port=source_port,
        destination=everywhere,
        port=port,
        comment=f"{MARK} {why}",
    )


def _as_kept(network: str) -> str:
    """ufw keeps a network of one address without its length; written otherwise, every run would change it."""
    kept = ip_network(network)
    return str(kept.network_address) if kept.num_addresses == 1 else str(kept)


def _everywhere_like(network: str) -> str:
    return EVERYWHERE[0] if ip_network(network).version == 4 else EVERYWHERE[1]


def missing_and_surplus(
    found: Iterable[Rule], wanted: Iterable[Rule], *, exclusive: bool
) -> tuple[list[Rule], list[Rule]]:
    """exclusive: the whole table is ours, and every other rule is surplus; else only stale ones of ours."""
    found, wanted = list(found), list(wanted)
    missing = [rule for rule in wanted if rule not in found]
    surplus = [rule for rule in found if rule not in wanted and (exclusive or rule.ours)]
    return missing, surplus


def shut_out(client: str, networks: Iterable[str]) -> bool:
    """Whether an allow-list lacks the address that a connection comes from. An empty list lacks none."""
    networks = list(networks)
    if not client or not networks:
        return False
    address = ip_address(client)
    address = getattr(address, "ipv4_mapped", None) or address
    return not any(address in ip_network(network) for network in networks)


BEGIN, END = "# BEGIN jupyter-anywhere", "# END jupyter-anywhere"
_ANCHOR = "# End required lines"


def with_block(text: str, block: str) -> str:
    """A file of ufw's with our block, in place of an older one, before all rules of its own.

    Before them, for they accept what is established or local. Raises ValueError on a file that is
    not built like ufw's.
    """
    lines = text.splitlines()
    if BEGIN in lines and END in lines[lines.index(BEGIN) :]:
        start = lines.index(BEGIN)
        stop = start + lines[start:].index(END)
        del lines[start : stop + 1]
    if _ANCHOR not in lines:
        raise ValueError(f"A file of ufw's is not as ufw makes it: it lacks the line `{_ANCHOR}`")
    at = lines.index(_ANCHOR) + 1
    lines[at:at] = [BEGIN, *block.strip().splitlines(), END]
    return "\n".join(lines) + "\n"
