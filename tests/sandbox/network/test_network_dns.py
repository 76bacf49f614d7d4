"""The name server: zones of its own, everything else asked elsewhere."""

import socket
import threading
from collections.abc import Iterator

import pytest
from dnslib import QTYPE, RCODE, RR, A, DNSRecord

from sandbox.interfaces import DnsRecord
from sandbox.network import dns
from tests.sandbox.droplet_bench import Bench

ZONES = {
    "example.org": [
        DnsRecord("example.org", "NS", "ns1.digitalocean.com.", 1800),
        DnsRecord("example.org", "A", "198.51.100.9", 60),
        DnsRecord("example.org", "CAA", '0 issue "letsencrypt.org"', 60),
        DnsRecord("www.example.org", "CNAME", "example.org.", 60),
        DnsRecord("away.example.org", "CNAME", "elsewhere.invalid", 60),
        DnsRecord("text.example.org", "TXT", '"v=1; a\\"b" "c"', 60),
        DnsRecord("bare.example.org", "TXT", "v=spf1 -all", 60),
        DnsRecord("example.org", "MX", "10 mail.example.org.", 60),
        DnsRecord("_sip._tcp.example.org", "SRV", "1 2 5060 sip.example.org.", 60),
        DnsRecord("*.apps.example.org", "A", "198.51.100.10", 60),
        DnsRecord("own.apps.example.org", "AAAA", "2001:db8::1", 60),
        DnsRecord("a.deep.example.org", "A", "198.51.100.11", 60),
    ],
    "sub.example.org": [DnsRecord("sub.example.org", "A", "198.51.100.12", 60)],
}


@pytest.fixture
def resolver() -> dns._Resolver:
    resolver = dns._Resolver()
    resolver.zones = tuple(dns.Zone(domain, records) for domain, records in ZONES.items())
    return resolver


def ask(resolver: dns._Resolver, name: str, kind: str = "A") -> tuple[str, list[str]]:
    reply = resolver.resolve(DNSRecord.question(name, kind), handler=None)
    assert reply.header.aa
    answers = [str(record.rdata) for record in reply.rr]
    if not answers:
        assert [record.rtype for record in reply.auth] == [QTYPE.SOA]
    return RCODE[reply.header.rcode], answers


@pytest.mark.parametrize(
    ("name", "kind", "answers"),
    [
        ("example.org", "A", ["198.51.100.9"]),
        ("EXAMPLE.org", "A", ["198.51.100.9"]),
        ("example.org", "CAA", ['0 issue "letsencrypt.org"']),
        ("example.org", "NS", ["ns1.digitalocean.com."]),
        ("example.org", "MX", ["10 mail.example.org."]),
        ("_sip._tcp.example.org", "SRV", ["1 2 5060 sip.example.org."]),
        ("www.example.org", "A", ["example.org.", "198.51.100.9"]),
        ("www.example.org", "CNAME", ["example.org."]),
        ("away.example.org", "A", ["elsewhere.invalid."]),
        ("bare.example.org", "TXT", ['"v=spf1 -all"']),
        ("x.apps.example.org", "A", ["198.51.100.10"]),
        ("x.y.apps.example.org", "A", ["198.51.100.10"]),
        ("sub.example.org", "A", ["198.51.100.12"]),
        ("example.org", "AAAA", []),
        ("own.apps.example.org", "A", []),
        ("deep.example.org", "A", []),
    ],
)
def test_answers(resolver: dns._Resolver, name: str, kind: str, answers: list[str]) -> None:
    assert ask(resolver, name, kind) == ("NOERROR", answers)


@pytest.mark.parametrize("name", ["nothing.example.org", "x.deep.example.org", "x.sub.example.org"])
def test_names_that_are_not(resolver: dns._Resolver, name: str) -> None:
    assert ask(resolver, name) == ("NXDOMAIN", [])


def test_the_serial_authority_is_told(resolver: dns._Resolver) -> None:
    status, [soa] = ask(resolver, "example.org", "SOA")
    assert status == "NOERROR" and soa.startswith("ns1.digitalocean.com. hostmaster.example.org.")


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A resolver on loopback, the only one the machine knows; it notes what it is asked."""
    asked: list[str] = []
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            data, peer = server.recvfrom(4096)
            if not data:
                return
            request = DNSRecord.parse(data)
            asked.append(str(request.q.qname))
            reply = request.reply()
            reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A("192.0.2.7")))
            server.sendto(reply.pack(), peer)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    monkeypatch.setattr(dns, "upstream", lambda: ["127.0.0.1"])
    monkeypatch.setattr(dns, "_UPSTREAM_PORT", server.getsockname()[1])
    yield asked
    server.sendto(b"", server.getsockname())
    thread.join(5)
    server.close()


class Handler:
    protocol = "udp"


def test_other_names_are_asked_elsewhere(resolver: dns._Resolver, elsewhere: list[str]) -> None:
    reply = resolver.resolve(DNSRecord.question("pypi.example"), Handler())
    assert [str(record.rdata) for record in reply.rr] == ["192.0.2.7"]
    assert elsewhere == ["pypi.example."]


def test_without_a_resolver_it_says_so(resolver: dns._Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "upstream", lambda: [])
    assert resolver.resolve(DNSRecord.question("pypi.example"), Handler()).header.rcode == RCODE.SERVFAIL


@pytest.mark.sandbox
@pytest.mark.parametrize("tcp", [False, True])
def test_it_listens_on_the_gateway(bench: Bench, tcp: bool) -> None:
    bench.host.names.serve(ZONES)
    gateway = str(bench.config.gateway)
    reply = DNSRecord.parse(DNSRecord.question("www.example.org").send(gateway, 53, tcp=tcp, timeout=5))
    assert [str(record.rdata) for record in reply.rr] == ["example.org.", "198.51.100.9"]


@pytest.mark.sandbox
def test_droplets_ask_it(bench: Bench) -> None:
    bench.host.names.serve(ZONES)
    bench.boot(1)
    assert bench.ask(1, "getent ahostsv4 www.example.org | head -1 | cut -d' ' -f1") == "198.51.100.9"
    assert bench.try_to(1, "getent hosts nothing.example.org").returncode == 2
