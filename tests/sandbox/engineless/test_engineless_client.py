"""The API as the stand-in for the engine's provider calls it."""

import pytest

from sandbox.config import SandboxError
from sandbox.engineless import client as clients
from sandbox.engineless.client import Client
from sandbox.stack import owner
from tests.sandbox.engineless.sandboxes import Sandbox

ORDER = {"name": "web", "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.config.api_url, owner.of(sandbox.config).token)


def test_a_refusal_is_told_in_the_apis_own_words(client: Client) -> None:
    with pytest.raises(SandboxError, match=r"^POST /v2/droplets: 422 You specified an invalid size"):
        client.call("POST", "/droplets", {**ORDER, "size": "s-none"})


def test_a_wrong_token_is_told(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="401 Unable to authenticate you"):
        Client(sandbox.config.api_url, "another").list("/droplets", "droplets")


def test_a_proxy_of_the_machines_is_not_asked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert client.list("/droplets", "droplets") == []


def test_a_listing_is_whole(client: Client) -> None:
    for number in range(30):
        client.call("POST", "/tags", {"name": f"tag-{number}"})
    assert len(client.list("/tags", "tags")) == 30


def test_a_droplet_is_waited_for_until_it_is_active(client: Client, sandbox: Sandbox) -> None:
    sandbox.machines.held.clear()
    made = client.call("POST", "/droplets", ORDER)["droplet"]
    assert made["status"] != "active"
    sandbox.machines.held.set()
    assert client.active_droplet(made["id"])["status"] == "active"


def test_a_droplet_that_never_boots_is_given_up(
    client: Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "BOOT_SECONDS", 0.1)
    monkeypatch.setattr(clients, "POLL_SECONDS", 0.02)
    sandbox.machines.broken.add("create")
    made = client.call("POST", "/droplets", ORDER)["droplet"]
    with pytest.raises(SandboxError, match=rf"Droplet {made['id']} was not active"):
        client.active_droplet(made["id"])
