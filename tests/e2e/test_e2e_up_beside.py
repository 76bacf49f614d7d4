"""Two sandboxes on one machine: side by side, and where they would be in each other's way."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.e2e.account import Account
from tests.e2e.machine import instances, traces
from tests.e2e.runs import await_
from tests.e2e.world import World

pytestmark = pytest.mark.sandbox

ORDER = {"name": "box", "region": "fra1", "size": "s-1vcpu-512mb-10gb", "image": "debian-12-x64"}


def boot(world: World) -> tuple[int, str]:
    """A droplet that answers: its id and address."""
    account = Account(world.config)
    droplet: int = account.ask("POST", "/v2/droplets", ORDER)["droplet"]["id"]
    address = account.ask("GET", f"/v2/droplets/{droplet}")["droplet"]["networks"]["v4"][0]["ip_address"]
    await_(f"SSH at {address}", lambda: answers(address), 60)
    return droplet, address


def answers(address: str) -> bool:
    try:
        with socket.create_connection((address, 22), timeout=1) as connection:
            connection.settimeout(2)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


@pytest.fixture(scope="module")
def first(new_world: Callable[..., World]) -> World:
    """A sandbox with one droplet."""
    world = new_world("x", 120)
    assert world.sandbox("start").returncode == 0
    boot(world)
    return world


@pytest.fixture
def other(first: World, new_world: Callable[..., World]) -> Iterator[World]:
    """Another, not yet started."""
    world = new_world("y", 130)
    yield world
    world.sandbox("down")


def address_of(world: World) -> str:
    address: str = Account(world.config).droplet["networks"]["v4"][0]["ip_address"]
    return address


def test_side_by_side_each_has_its_own(first: World, other: World) -> None:
    assert other.sandbox("start").returncode == 0
    droplet, address = boot(other)
    assert [entry["id"] for entry in Account(other.config).droplets] == [droplet]
    assert answers(address_of(first)) and address != address_of(first)
    assert instances(other.config) == [f"{other.config.name}-{droplet}"]
    assert other.sandbox("down").returncode == 0
    assert traces(other) == []
    assert answers(address_of(first)), "it went with the other"
    assert first.sandbox("status").returncode == 0


def test_a_port_that_is_taken_is_told_with_the_variable(other: World) -> None:
    with HTTPServer(("127.0.0.1", other.config.api_port), BaseHTTPRequestHandler) as somebody:
        threading.Thread(target=somebody.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        refused = other.sandbox("up", timeout=60)
        somebody.shutdown()
    assert refused.returncode != 0 and "Traceback" not in refused.stdout + refused.stderr
    assert f"Port {other.config.api_port} on 127.0.0.1 is taken" in refused.stderr
    assert f"export JUPYTER_SANDBOX_PORT={other.config.api_port + 1}" in refused.stderr
    shutil.rmtree(other.config.home)
    assert traces(other) == []


def test_another_sandboxs_port_is_told_with_whose_it_is(first: World, other: World) -> None:
    refused = other.sandbox("start", JUPYTER_SANDBOX_PORT=str(first.config.api_port))
    assert refused.returncode != 0
    assert str(first.config.home) in refused.stderr and "export JUPYTER_SANDBOX_PORT=" in refused.stderr


def test_a_network_that_is_taken_is_told_with_the_variable(first: World, other: World) -> None:
    refused = other.sandbox("start", JUPYTER_SANDBOX_SUBNET=str(first.config.subnet))
    assert refused.returncode != 0 and "Traceback" not in refused.stdout + refused.stderr
    assert f"{first.config.subnet} is in use on this machine" in refused.stderr
    assert "export JUPYTER_SANDBOX_SUBNET=" in refused.stderr
    assert answers(address_of(first))


@pytest.mark.parametrize(("state", "command"), [("running", "start"), ("stopped", "start"), ("stopped", "down")])
def test_another_clone_of_the_same_name_leaves_the_droplets_alone(
    state: str, command: str, first: World, other: World
) -> None:
    droplets = instances(first.config)
    if state == "stopped":
        assert first.sandbox("stop").returncode == 0
    refused = other.sandbox(command, JUPYTER_SANDBOX_NAME=first.config.name)
    assert refused.returncode != 0 and "Traceback" not in refused.stdout + refused.stderr
    assert str(first.config.home) in refused.stderr and "JUPYTER_SANDBOX_NAME=" in refused.stderr
    assert first.sandbox("start").returncode == 0
    assert instances(first.config) == droplets != []
    await_("the first one's droplet", lambda: answers(address_of(first)), 30)


def test_a_name_whose_folder_is_gone_is_free(first: World, other: World) -> None:
    """Somebody removed a clone without `make down`: its server goes on, and is not in the way either."""
    left = World(replace(other.config, home=other.config.home.with_name("left")), {"JUPYTER_SANDBOX_ENGINE": "none"})
    assert left.sandbox("start").returncode == 0
    droplet, _ = boot(left)
    assert left.sandbox("stop").returncode == 0
    shutil.rmtree(left.config.home)
    assert other.sandbox("start").returncode == 0
    assert instances(other.config) == []
    again, address = boot(other)
    assert again == droplet and answers(address), "the same number, and another droplet"
