"""What a killed engine made without having noted it is removed, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.engineless.client import Client
from sandbox.stack import orphans, owner
from tests.sandbox.engineless.sandboxes import Sandbox

DROPLET = {"name": "web", "tags": ["stack"]}
ORDER = {**DROPLET, "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBx2gYGX2s4sJ3l1cC1hHk0tbbS1MhMkJxqYp1h6h5wq"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with Sandbox(tmp_path) as sandbox:
        yield Client(sandbox.config.api_url, owner.of(sandbox.config).token)


def deployment(kind: str, inputs: dict[str, Any], noted: tuple[str, ...] = ()) -> dict[str, Any]:
    """As the engine exports it: killed while it made one of `kind`, with others of these ids on record."""
    return {
        "resources": [{"type": kind, "id": id} for id in noted] + [{"type": "pulumi:pulumi:Stack"}],
        "pending_operations": [{"resource": {"type": kind, "inputs": inputs}, "type": "creating"}],
    }


def test_a_droplet_that_was_not_noted_is_gone_when_it_returns(client: Client) -> None:
    kind = "digitalocean:index/droplet:Droplet"
    ids = [client.call("POST", "/droplets", ORDER)["droplet"]["id"] for _ in range(2)]
    other = client.call("POST", "/droplets", {**ORDER, "tags": ["another"]})["droplet"]["id"]
    removed = orphans.remove(client, deployment(kind, DROPLET, noted=(str(ids[0]),)))
    assert removed == [f"/droplets/{ids[1]}"]
    assert [droplet["id"] for droplet in client.list("/droplets", "droplets")] == [ids[0], other]


@pytest.mark.parametrize(
    ("kind", "path", "root", "body", "inputs"),
    [
        ("sshKey:SshKey", "/account/keys", "ssh_keys", {"name": "k", "public_key": KEY}, {"name": "k"}),
        ("domain:Domain", "/domains", "domains", {"name": "a.test"}, {"name": "a.test"}),
        ("project:Project", "/projects", "projects", {"name": "p", "purpose": "x"}, {"name": "p"}),
        (
            "firewall:Firewall",
            "/firewalls",
            "firewalls",
            {"name": "f", "inbound_rules": [{"protocol": "icmp", "sources": {"addresses": ["0.0.0.0/0"]}}]},
            {"name": "f"},
        ),
    ],
)
def test_other_kinds_are_removed_too(
    kind: str, path: str, root: str, body: dict[str, Any], inputs: dict[str, Any], client: Client
) -> None:
    before = client.list(path, root)
    client.call("POST", path, body)
    left = deployment(f"digitalocean:index/{kind}", inputs)
    assert len(orphans.remove(client, left)) == 1
    assert client.list(path, root) == before
    assert orphans.remove(client, left) == []


def test_of_records_the_one_of_that_type_is_removed(client: Client) -> None:
    client.call("POST", "/domains", {"name": "a.test"})
    for kind, data in (("A", "192.0.2.1"), ("AAAA", "2001:db8::1")):
        client.call("POST", "/domains/a.test/records", {"type": kind, "name": "www", "data": data, "ttl": 300})
    inputs = {"domain": "a.test", "name": "www", "type": "A"}
    orphans.remove(client, deployment("digitalocean:index/dnsRecord:DnsRecord", inputs))
    kinds = [record["type"] for record in client.list("/domains/a.test/records", "domain_records")]
    assert "AAAA" in kinds and "A" not in kinds


@pytest.mark.parametrize("operation", ["updating", "deleting"])
def test_what_was_not_being_made_stays(operation: str, client: Client) -> None:
    client.call("POST", "/droplets", ORDER)
    left = deployment("digitalocean:index/droplet:Droplet", DROPLET)
    left["pending_operations"][0]["type"] = operation
    assert orphans.remove(client, left) == []


def test_what_can_be_made_twice_is_left(client: Client) -> None:
    client.call("POST", "/tags", {"name": "stack"})
    assert orphans.remove(client, deployment("digitalocean:index/tag:Tag", {"name": "stack"})) == []
