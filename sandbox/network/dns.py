"""The droplets' name server, on the gateway's port 53: answers for the sandbox's zones, asks the
machine's own resolver about all else.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from dnslib import QTYPE, RCODE, RR, SOA, DNSError, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSServer

from sandbox.config import SandboxConfig, SandboxError
from sandbox.interfaces import DnsRecord as Record

_FORWARD_SECONDS = 3
_UPSTREAM_PORT = 53
_NEGATIVE_TTL = 30  # seconds a "no such name" may be kept: a test's record comes soon after


class Zone:
    """The records of one domain, ready to be looked up."""

    def __init__(self, domain: str, records: Iterable[Record]) -> None:
        self.domain = _plain(domain)
        self._records: dict[str, list[RR]] = {}
        for record in records:
            name = _plain(record.name)
            self._records.setdefault(name, []).extend(RR.fromZone(_line(record)))
        self._records.setdefault(self.domain, [])

    def covers(self, name: str) -> bool:
        return name == self.domain or name.endswith(f".{self.domain}")

    def exists(self, name: str) -> bool:
        """Whether there is this name, or one below it (an empty name in between exists too)."""
        return any(known == name or known.endswith(f".{name}") for known in self._records)

    def find(self, name: str) -> list[RR]:
        """The records of a name; those of the wildcard that covers it where there are none."""
        if self.exists(name):
            return self._records.get(name, [])
        labels = name.removesuffix(self.domain).rstrip(".").split(".")
        for depth in range(1, len(labels) + 1):
            parent = ".".join([*labels[depth:], self.domain])
            if found := self._records.get(f"*.{parent}"):
                return [RR(name, record.rtype, record.rclass, record.ttl, record.rdata) for record in found]
            if self.exists(parent):
                break  # the closest name there is; a wildcard higher up does not reach below it
        return []

    def authority(self) -> RR:
        servers = [record.rdata for record in self._records[self.domain] if record.rtype == QTYPE.NS]
        server = str(servers[0]) if servers else f"ns.{self.domain}"
        soa = SOA(server, f"hostmaster.{self.domain}", (1, 3600, 600, 604800, _NEGATIVE_TTL))
        return RR(self.domain, QTYPE.SOA, ttl=_NEGATIVE_TTL, rdata=soa)


class _Resolver(BaseResolver):  # type: ignore[misc]  # dnslib has no types
    zones: tuple[Zone, ...] = ()

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        name = _plain(str(request.q.qname))
        zone = self._zone(name)
        if zone:
            return self._answer(request, name, zone)
        return _forwarded(request, handler.protocol)

    def _zone(self, name: str) -> Zone | None:
        return max((zone for zone in self.zones if zone.covers(name)), key=lambda zone: len(zone.domain), default=None)

    def _answer(self, request: DNSRecord, name: str, zone: Zone | None) -> DNSRecord:
        reply = request.reply(aa=1, ra=1)
        wanted, seen = request.q.qtype, set()
        while zone and name not in seen:
            seen.add(name)
            records = zone.find(name)
            if name == zone.domain:
                records = [zone.authority(), *records]
            matching = [record for record in records if wanted in (record.rtype, QTYPE.ANY)]
            aliases = [record for record in records if record.rtype == QTYPE.CNAME]
            if matching or not aliases:
                reply.add_answer(*matching)
                break
            reply.add_answer(*aliases)  # follow it as far as our zones reach
            name = _plain(str(aliases[0].rdata))
            zone = self._zone(name)
        if zone and not reply.rr:
            reply.add_auth(zone.authority())
            if not zone.find(name) and not zone.exists(name):
                reply.header.rcode = RCODE.NXDOMAIN
        return reply


class DnsServer:
    """Implements `sandbox.interfaces.Names`; listens from `start` to `stop`."""

    def __init__(self, config: SandboxConfig) -> None:
        self._address = str(config.gateway)
        self._resolver = _Resolver()
        self._servers: list[DNSServer] = []

    def serve(self, zones: Mapping[str, Iterable[Record]]) -> None:
        self._resolver.zones = tuple(Zone(domain, records) for domain, records in zones.items())

    def start(self) -> None:
        try:
            for tcp in (False, True):
                server = DNSServer(self._resolver, address=self._address, port=53, tcp=tcp, logger=_Silent())
                server.start_thread()
                self._servers.append(server)
        except OSError as error:
            self.stop()
            raise SandboxError(
                f"The sandbox's name server cannot listen on {self._address}:53: {error.strerror}.\n"
                f"See who does: ss -lnptu 'sport = 53'"
            ) from None

    def stop(self) -> None:
        for server in self._servers:
            server.stop()
            server.server.server_close()
        self._servers.clear()


class _Silent:
    """dnslib's logger prints every query; a broken packet is not our owner's news."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


def upstream() -> list[str]:
    """The machine's own resolvers, read anew each time: they change with the network."""
    try:
        words = [line.split() for line in Path("/etc/resolv.conf").read_text().splitlines()]
    except OSError:
        return []
    return [line[1] for line in words if len(line) > 1 and line[0] == "nameserver"]


def _forwarded(request: DNSRecord, protocol: str) -> DNSRecord:
    for server in upstream():
        try:
            return DNSRecord.parse(
                request.send(
                    server, _UPSTREAM_PORT, tcp=protocol == "tcp", timeout=_FORWARD_SECONDS, ipv6=":" in server
                )
            )
        except (OSError, DNSError):
            continue
    reply = request.reply()
    reply.header.rcode = RCODE.SERVFAIL
    return reply


def _plain(name: str) -> str:
    return name.rstrip(".").lower()


def _line(record: Record) -> str:
    """The record as a line of a zone file."""
    data = record.data
    if record.type == "TXT" and not data.startswith('"'):
        data = f'"{data}"'
    if record.type in ("CNAME", "NS", "MX", "SRV") and not data.endswith("."):
        data += "."
    return f"{_plain(record.name)}. {record.ttl} IN {record.type} {data}"
