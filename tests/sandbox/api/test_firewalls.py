"""Cloud firewalls, and what the machine is told to enforce."""

from ipaddress import IPv4Address, ip_network
from typing import Any

import pytest

from sandbox.interfaces import Rule
from tests.sandbox.api.api_account import Account

ANYWHERE = {"addresses": ["0.0.0.0/0", "::/0"]}


def body(name: str = "jupyter", **fields: Any) -> dict[str, Any]:
    ssh = {"protocol": "tcp", "ports": "22", "sources": {"addresses": ["192.0.2.7"]}}
    out = {"protocol": "tcp", "ports": "all", "destinations": ANYWHERE}
    return {"name": name, "droplet_ids": None, "inbound_rules": [ssh], "outbound_rules": [out], **fields}


def make(account: Account, **fields: Any) -> dict[str, Any]:
    firewall: dict[str, Any] = account.ask("POST", "/v2/firewalls", body(**fields), expect=202)["firewall"]
    return firewall


def address(droplet: dict[str, Any]) -> IPv4Address:
    return IPv4Address(droplet["networks"]["v4"][0]["ip_address"])


def test_stands_before_the_tagged_droplet_boots(account: Account) -> None:
    account.ask("POST", "/v2/tags", {"name": "jupyter"}, expect=201)
    make(account, tags=["jupyter"])
    account.machines.held.clear()
    order = {"name": "web", "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64", "tags": ["jupyter"]}
    droplet = account.ask("POST", "/v2/droplets", order, expect=202)["droplet"]
    assert account.machines.calls == []
    rules = account.firewall.rules[address(droplet)]
    assert rules.inbound == (Rule("tcp", (22, 22), (ip_network("192.0.2.7/32"),)),)
    assert rules.outbound == (Rule("tcp", None, (ip_network("0.0.0.0/0"), ip_network("::/0"))),)
    account.machines.held.set()
    account.settle()


def test_follows_tags_droplets_and_rules(account: Account) -> None:
    droplet = account.droplet(tags=["jupyter"])
    assert account.firewall.rules == {}
    firewall = make(account, tags=["jupyter"])
    assert list(account.firewall.rules) == [address(droplet)]
    changed = body(tags=["jupyter"], inbound_rules=[{"protocol": "udp", "ports": "53-54", "sources": ANYWHERE}])
    account.ask("PUT", f"/v2/firewalls/{firewall['id']}", changed)
    assert account.firewall.rules[address(droplet)].inbound[0].ports == (53, 54)
    resources = {"resources": [{"resource_id": str(droplet["id"]), "resource_type": "droplet"}]}
    account.ask("DELETE", "/v2/tags/jupyter/resources", resources, expect=204)
    assert account.firewall.rules == {}
    account.ask("POST", f"/v2/firewalls/{firewall['id']}/droplets", {"droplet_ids": [droplet["id"]]}, expect=204)
    assert list(account.firewall.rules) == [address(droplet)]
    account.ask("DELETE", f"/v2/firewalls/{firewall['id']}", expect=204)
    assert account.firewall.rules == {}


def test_several_are_united_and_one_without_inbound_rules_lets_nobody_in(account: Account) -> None:
    droplet = account.droplet(tags=["a"])
    make(account, name="first", tags=["a"])
    make(account, name="closed", droplet_ids=[droplet["id"]], inbound_rules=None)
    https = {"protocol": "tcp", "ports": "443", "sources": ANYWHERE}
    make(account, name="second", droplet_ids=[droplet["id"]], inbound_rules=[https])
    inbound = account.firewall.rules[address(droplet)].inbound
    assert {rule.ports for rule in inbound} == {(22, 22), (443, 443)}
    other = account.droplet(name="other")
    make(account, name="only", droplet_ids=[other["id"]], inbound_rules=None)
    assert account.firewall.rules[address(other)].inbound == ()


def test_peers_by_tag_are_the_droplets_addresses_and_nobody_is_not_everybody(account: Account) -> None:
    droplet = account.droplet(tags=["a"])
    account.ask("POST", "/v2/tags", {"name": "friends"}, expect=201)
    rule = {"protocol": "icmp", "sources": {"tags": ["friends"]}}
    make(account, tags=["a"], inbound_rules=[rule])
    assert account.firewall.rules[address(droplet)].inbound == ()
    friend = account.droplet(tags=["friends"])
    assert account.firewall.rules[address(droplet)].inbound[0].networks == (ip_network(address(friend)),)


def test_rules_are_echoed_as_the_provider_reads_them(account: Account) -> None:
    firewall = make(account, inbound_rules=[{"protocol": "icmp", "ports": "1-65535", "sources": ANYWHERE}])
    assert firewall["inbound_rules"] == [{"protocol": "icmp", "ports": "0", "action": "allow", "sources": ANYWHERE}]
    assert firewall["outbound_rules"][0]["ports"] == "0"
    assert (firewall["status"], firewall["pending_changes"]) == ("succeeded", [])


def test_a_tag_that_does_not_exist_is_refused_anywhere(account: Account) -> None:
    assert "tags do not exist: nope" in account.refusal("POST", "/v2/firewalls", body(tags=["nope"]))
    rule = {"protocol": "icmp", "sources": {"tags": ["nope"]}}
    assert "nope" in account.refusal("POST", "/v2/firewalls", body(inbound_rules=[rule]))


@pytest.mark.parametrize("ports", ["", "22-", "8000-80", "70000", "ssh"])
def test_ports_that_are_none_are_refused(account: Account, ports: str) -> None:
    rule = {"protocol": "tcp", "ports": ports, "sources": ANYWHERE}
    assert "port" in account.refusal("POST", "/v2/firewalls", body(inbound_rules=[rule]))


def test_a_name_is_taken_once(account: Account) -> None:
    make(account)
    assert account.refusal("POST", "/v2/firewalls", body(), expect=409) == "duplicate name"


def test_what_could_not_be_enforced_is_not_there(account: Account) -> None:
    account.droplet(tags=["a"])
    account.firewall.broken = True
    account.ask("POST", "/v2/firewalls", body(tags=["a"]), expect=500)
    assert account.ask("GET", "/v2/firewalls")["firewalls"] == []
