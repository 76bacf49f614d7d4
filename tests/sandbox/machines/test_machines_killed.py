"""A sandbox with a daemon of its own that is killed in all ways, and started again."""

import os
import shutil
import signal
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from sandbox import host
from sandbox.config import SandboxConfig
from sandbox.machines import daemon, leftovers, processes
from tests.sandbox.droplet_bench import Bench

pytestmark = pytest.mark.sandbox


@pytest.fixture
def own(shared_bench: Bench, tmp_path: Path) -> Iterator[Bench]:
    """Apart from the person's daemon, which others use: only the built image is taken from there."""
    config = SandboxConfig(
        name="killed", home=tmp_path, cache=tmp_path / "cache", subnet=IPv4Network("198.18.201.0/24")
    )
    shutil.copytree(shared_bench.config.cache / "images", config.cache / "images")
    bench = Bench(config, shared_bench.key, host.start(config))
    bench.boot(1)
    bench.ask(1, "touch /mark")
    yield bench
    bench.host.close()
    host.remove(config)
    assert traces(config) == []


def traces(config: SandboxConfig) -> list[str]:
    """What is left of a sandbox on the machine, outside its cache."""
    folder = str(daemon.directory(config))
    found = [line for line in Path("/proc/mounts").read_text().splitlines() if folder in line]
    found += [str(pid) for pid in processes.marked("lxd", daemon.directory(config))]
    found += [f"{name}" for _, name in leftovers._processes() if name.startswith(f"{config.name}-")]
    found += [str(path) for path in Path("/sys/fs/cgroup").rglob(f"lxc.*_{config.name}-*")]
    found += [str(path) for path in Path("/sys/class/net").glob(config.bridge)]
    found += [
        path.read_text() for path in Path("/sys/block").glob("loop*/loop/backing_file") if folder in path.read_text()
    ]
    tables = os.popen("nft list tables").read()
    return found + ([config.bridge] if config.bridge in tables else [])


def kill(config: SandboxConfig, *what: str) -> None:
    pids = processes.marked("lxd", daemon.directory(config)) if "lxd" in what else []
    for (kind, name), members in leftovers._processes().items():
        if kind in what and name.startswith(f"{config.name}-"):
            pids += members
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def restart(bench: Bench) -> None:
    bench.host.close()
    bench.host = host.start(bench.config)
    assert bench.host.machines.state(1) == "active"
    bench.await_ssh(1)
    bench.ask(1, "test -e /mark")


def test_droplets_come_back_after_a_stop(own: Bench) -> None:
    own.host.close()
    host.stop(own.config)
    assert traces(own.config) == []
    restart(own)


def test_droplets_live_on_when_only_the_daemon_was_killed(own: Bench) -> None:
    booted = own.ask(1, "stat -c %Y /proc/1")
    kill(own.config, "lxd")
    restart(own)
    assert own.ask(1, "stat -c %Y /proc/1") == booted


@pytest.mark.parametrize("what", [("lxd", "monitor"), ("lxd", "monitor", "payload"), ("payload",), ("monitor",)])
def test_droplets_come_back_when_killed(own: Bench, what: tuple[str, ...]) -> None:
    kill(own.config, *what)
    restart(own)


def test_stop_clears_what_a_killed_daemon_left(own: Bench) -> None:
    kill(own.config, "lxd", "monitor")
    own.host.close()
    host.stop(own.config)
    assert traces(own.config) == []
    restart(own)


def test_a_daemon_without_its_database_makes_way(own: Bench) -> None:
    own.host.close()
    shutil.rmtree(daemon.directory(own.config) / "database")
    kill(own.config, "lxd")
    own.host = host.start(own.config)
    assert own.host.machines.state(1) == "missing"
    own.boot(1)


def test_another_cache_takes_the_name_over(own: Bench, tmp_path: Path) -> None:
    other = SandboxConfig(name="killed", home=tmp_path, cache=tmp_path / "other", subnet=own.config.subnet)
    shutil.copytree(own.config.cache / "images", other.cache / "images")
    own.host.close()
    bench = Bench(other, own.key, host.start(other))
    try:
        assert processes.marked("lxd", daemon.directory(own.config)) == []
        bench.boot(1)
    finally:
        bench.host.close()
        host.remove(other)
    assert traces(other) == []
