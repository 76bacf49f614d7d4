"""Domains and records, and what the DNS server is told to answer."""

from typing import Any

import pytest

from sandbox.interfaces import DnsRecord
from tests.sandbox.api.api_account import Account

RECORDS = "/v2/domains/example.com/records"


@pytest.fixture
def zone(account: Account) -> Account:
    account.ask("POST", "/v2/domains", {"name": "example.com"}, expect=201)
    return account


def add(account: Account, type_: str, name: str, data: str, **fields: Any) -> dict[str, Any]:
    record = {"type": type_, "name": name, "data": data, "priority": 0, "port": 0, "weight": 0, "flags": 0, **fields}
    added: dict[str, Any] = account.ask("POST", RECORDS, record, expect=201)["domain_record"]
    return added


def served(account: Account, type_: str) -> list[DnsRecord]:
    return [record for record in account.names.zones["example.com"] if record.type == type_]


def test_is_answered_as_long_as_it_exists(zone: Account) -> None:
    record = add(zone, "A", "www", "192.0.2.1", ttl=300)
    assert served(zone, "A") == [DnsRecord("www.example.com", "A", "192.0.2.1", 300)]
    zone.ask("PUT", f"{RECORDS}/{record['id']}", {"data": "192.0.2.2", "ttl": 60})
    assert served(zone, "A") == [DnsRecord("www.example.com", "A", "192.0.2.2", 60)]
    zone.ask("DELETE", f"{RECORDS}/{record['id']}", expect=204)
    assert served(zone, "A") == []
    zone.ask("DELETE", "/v2/domains/example.com", expect=204)
    assert zone.names.zones == {}


@pytest.mark.parametrize(
    ("type_", "name", "data", "fields", "zone_line"),
    [
        ("CNAME", "www", "example.com.", {}, "example.com."),
        ("CNAME", "www", "@", {}, "example.com."),
        ("MX", "@", "mail.example.org.", {"priority": 10}, "10 mail.example.org."),
        ("SRV", "_x._tcp", "a.example.org.", {"priority": 1, "weight": 2, "port": 3}, "1 2 3 a.example.org."),
        ("CAA", "@", "letsencrypt.org.", {"tag": "issue"}, '0 issue "letsencrypt.org"'),
        ("CAA", "@", "mailto:me@example.org", {"tag": "iodef"}, '0 iodef "mailto:me@example.org"'),
        ("TXT", "@", 'a "quoted" note', {}, '"a \\"quoted\\" note"'),
        ("AAAA", "@", "2001:DB8::1", {}, "2001:db8::1"),
    ],
)
def test_in_a_zone_file(
    zone: Account, type_: str, name: str, data: str, fields: dict[str, Any], zone_line: str
) -> None:
    add(zone, type_, name, data, **fields)
    assert [record.data for record in served(zone, type_)] == [zone_line]


def test_hosts_are_answered_without_the_dot_they_must_come_with(zone: Account) -> None:
    assert add(zone, "CNAME", "www", "example.com.")["data"] == "example.com"
    record = {"type": "CNAME", "name": "other", "data": "example.com"}
    assert zone.refusal("POST", RECORDS, record) == "Data needs to end with a dot (.)"


def test_what_could_not_be_served_is_refused(zone: Account) -> None:
    add(zone, "A", "www", "192.0.2.1")
    for record, message in (
        ({"type": "A", "name": "x", "data": "not an address"}, "IPv4 format"),
        ({"type": "AAAA", "name": "x", "data": "192.0.2.1"}, "IPv6 format"),
        ({"type": "CNAME", "name": "www", "data": "@"}, "cannot share a name"),
        ({"type": "CAA", "name": "@", "data": "x.org.", "tag": "other"}, "Tag is not"),
        ({"type": "PTR", "name": "x", "data": "y."}, "Type is not"),
        ({"type": "A", "name": "x", "data": "192.0.2.1", "ttl": 5}, "ttl"),
    ):
        assert message in zone.refusal("POST", RECORDS, record)


def test_one_lifetime_per_name(zone: Account) -> None:
    first = add(zone, "A", "www", "192.0.2.1", ttl=300)
    add(zone, "AAAA", "www", "2001:db8::1", ttl=600)
    assert zone.ask("GET", f"{RECORDS}/{first['id']}")["domain_record"]["ttl"] == 600


def test_full_names_are_made_relative(zone: Account) -> None:
    assert add(zone, "A", "www.example.com.", "192.0.2.1")["name"] == "www"
    assert [r["name"] for r in zone.ask("GET", f"{RECORDS}?type=A&name=www.example.com")["domain_records"]] == ["www"]


def test_a_new_domain_has_the_providers_name_servers_and_is_there_once(zone: Account) -> None:
    assert [record.data for record in served(zone, "NS")] == [f"ns{n}.digitalocean.com." for n in (1, 2, 3)]
    assert "already exists" in zone.refusal("POST", "/v2/domains", {"name": "Example.com"})
