"""Where the end-to-end tests live: JUPYTER_E2E_NAME, JUPYTER_E2E_SUBNET_NUMBER and JUPYTER_E2E_HOME say it.

With JUPYTER_E2E_HOME, a folder, the sandbox is kept there from run to run, for the writing of tests.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from sandbox import host
from sandbox import server as server_process
from sandbox.config import SandboxConfig, SandboxError
from sandbox.interfaces import Hardware
from sandbox.network import bridge
from tests.e2e.world import SMALL, Server, World, free_subnet


def _require_host() -> None:
    try:
        host.require()
    except SandboxError as error:
        pytest.skip(str(error).splitlines()[0])


def _clear(config: SandboxConfig) -> None:
    """What a killed run of these tests left, its server process included."""
    with contextlib.suppress(requests.ConnectionError):
        health = requests.get(f"{config.api_url}/sandbox/health", timeout=5).json()
        if health["name"] == config.name:
            server_process.stop(replace(config, home=Path(health["home"])))
    host.clear(config)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox without the engine, and the stack in it: made once for all tests that only look at it."""
    _require_host()
    kept = os.environ.get("JUPYTER_E2E_HOME")
    home = Path(kept) if kept else tmp_path_factory.mktemp("e2e") / "home"
    number = int(os.environ.get("JUPYTER_E2E_SUBNET_NUMBER", "241"))
    name = os.environ.get("JUPYTER_E2E_NAME", "e2e")
    config = SandboxConfig(name=name, home=home, subnet=free_subnet(number), api_port=8500 + number)
    if not kept:
        _clear(config)
    world = World(config, {"JUPYTER_SANDBOX_ENGINE": "none"})
    try:
        yield world
    finally:
        if not kept:
            world.sandbox("down")


@pytest.fixture(scope="session")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., World]]:
    """Call it for a sandbox beside the shared one, which has none of its droplets.

    suffix: a letter more in its name; offset: its subnet's number and port are so much lower.
    """
    _require_host()
    made: list[World] = []

    def make(suffix: str, offset: int, **environment: str) -> World:
        number = int(os.environ.get("JUPYTER_E2E_SUBNET_NUMBER", "241")) - offset
        name = os.environ.get("JUPYTER_E2E_NAME", "e2e") + suffix
        home = tmp_path_factory.mktemp(name) / "home"
        config = SandboxConfig(name=name, home=home, subnet=free_subnet(number), api_port=8500 + number)
        _clear(config)
        made.append(World(config, {"JUPYTER_SANDBOX_ENGINE": "none", **environment}))
        return made[-1]

    yield make
    for world_ in made:
        world_.sandbox("down")


@pytest.fixture(scope="session")
def first_up(world: World) -> str:
    """What the first `make up` printed."""
    done = world.sandbox("up")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def server(world: World, first_up: str) -> Server:
    """The converged server. To look at, not to change: for that there is `copy`."""
    server = world.stack_server()
    world.keep_golden(server)
    return server


@pytest.fixture
def copy(world: World, server: Server) -> Iterator[Callable[..., Server]]:
    """Call it for a droplet of this test's own, as the converged server was."""
    made: list[Server] = []

    def make(hardware: Hardware = SMALL) -> Server:
        made.append(world.copy(server, hardware))
        return made[-1]

    yield make
    for server_ in made:
        world.discard(server_)


@pytest.fixture(scope="module")
def box(world: World, server: Server) -> Iterator[Server]:
    """A copy for the tests of one file. Whoever changes it says in `box.target` what it is now."""
    made = world.copy(server)
    yield made
    world.discard(made)


@pytest.fixture(scope="session")
def guest(world: World, server: Server) -> Iterator[Server]:
    """A copy for tests that look, or add what disturbs no other: no cloud firewall, kernels may be started."""
    made = world.copy(server)
    yield made
    world.discard(made)


@pytest.fixture
def stranger(world: World) -> str:
    """Another address of this machine in the droplets' network, to connect from."""
    address = world.config.subnet.network_address + 240
    bridge.add_address(world.config, address)
    return str(address)
