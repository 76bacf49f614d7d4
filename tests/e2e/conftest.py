from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox import host
from sandbox.config import SandboxConfig, SandboxError
from sandbox.interfaces import Hardware
from tests.e2e.world import SMALL, Server, World, free_subnet


def _require_host() -> None:
    try:
        host.require()
    except SandboxError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A sandbox without the engine, and the stack in it: made once for all tests that only look at it."""
    _require_host()
    home: Path = tmp_path_factory.mktemp("e2e") / "home"
    config = SandboxConfig(name="e2e", home=home, subnet=free_subnet(241), api_port=8741)
    host.remove(config)  # what a killed run of these tests left
    world = World(config, {"JUPYTER_SANDBOX_ENGINE": "none"})
    try:
        yield world
    finally:
        world.sandbox("down")


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
