from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from sandbox import host
from sandbox.config import SandboxConfig, SandboxError
from tests.sandbox.droplet_bench import Bench, make_key


@pytest.fixture(scope="session")
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    try:
        host.require()
    except SandboxError as error:
        pytest.skip(str(error).splitlines()[0])
    folder = tmp_path_factory.mktemp("bench")
    config = SandboxConfig(name="bench", home=folder, subnet=IPv4Network("198.18.200.0/24"))
    host.clear(config)  # what a killed run of these tests left
    started = host.start(config)
    try:
        yield Bench(config, make_key(folder), started)
    finally:
        started.close()
        host.remove(config)


@pytest.fixture
def bench(shared_bench: Bench) -> Iterator[Bench]:
    """A running sandbox without droplets, named and networked so that it disturbs no other."""
    yield shared_bench
    shared_bench.clear()


@pytest.fixture
def plain_config(tmp_path: Path) -> SandboxConfig:
    """For what needs no sandbox to run."""
    return SandboxConfig(name="plain", home=tmp_path / "home", cache=tmp_path / "cache")
