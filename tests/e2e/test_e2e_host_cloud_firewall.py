"""The cloud firewall narrows SSH and the login page, before anything reaches the host."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.stack import owner
from tests.e2e.world import Server, World, answers

pytestmark = pytest.mark.sandbox


@pytest.fixture
def narrowed(world: World, server: Server) -> Iterator[str]:
    """The stack's firewall lets in one address only, as an owner would do it in the control panel: that address."""
    api = f"{world.config.api_url}/v2/firewalls"
    headers = {"Authorization": f"Bearer {owner.of(world.config).token}"}
    [before] = requests.get(api, headers=headers, timeout=20).json()["firewalls"]
    body: dict[str, Any] = {key: before[key] for key in ("name", "inbound_rules", "outbound_rules", "tags")}
    allowed = str(world.config.gateway)
    inbound = [rule | {"sources": {"addresses": [f"{allowed}/32"]}} for rule in body["inbound_rules"]]
    assert {rule["ports"] for rule in inbound} == {"22", str(server.target.settings.public_port)}
    url = f"{api}/{before['id']}"
    requests.put(url, json=body | {"inbound_rules": inbound}, headers=headers, timeout=20).raise_for_status()
    try:
        yield allowed
    finally:
        requests.put(url, json=body, headers=headers, timeout=20).raise_for_status()


def test_only_an_allowed_address_reaches_the_server(
    server: Server, stranger: str, request: pytest.FixtureRequest
) -> None:
    ports = (22, server.target.settings.public_port)
    assert all(answers(server.target.address, port, stranger) for port in ports)
    allowed = request.getfixturevalue("narrowed")
    for port in ports:
        socket.create_connection((server.target.address, port), timeout=5, source_address=(allowed, 0)).close()
        with pytest.raises(TimeoutError):  # dropped: not even that there is something is told
            socket.create_connection((server.target.address, port), timeout=2, source_address=(stranger, 0))
