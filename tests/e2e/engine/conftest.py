"""A first `make up` on a bad day: refused, failed, killed, interrupted, and each time taken up by the next.

One stage after the other, each on what the one before has left. The server that stands at the end is
that of all tests with the engine.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.stack import environment
from tests.e2e.account import Account
from tests.e2e.engine.stack import Stack, Stage
from tests.e2e.runs import CommandLines, Run, await_, kill_all, of_sandbox
from tests.e2e.world import World

UP = [sys.executable, "-m", "sandbox", "up"]
PULUMI_UP = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]

REFUSED = {
    "image": "debian-99-x64",
    "size": "s-64vcpu-1gb",
    "region": "moon1",
    "ssh_public_keys": "/nowhere/id_ed25519.pub",
}
USUAL = {"image": "debian-12-x64", "size": "s-1vcpu-1gb", "region": "fra1"}


@pytest.fixture(scope="session")
def engine_world(new_world: Callable[..., World]) -> World:
    if not shutil.which("pulumi"):
        pytest.skip("`pulumi` is not on PATH")
    world = new_world("p", 40, JUPYTER_SANDBOX_ENGINE="required")
    started = world.sandbox("start")
    assert started.returncode == 0, started.stderr
    return world


@pytest.fixture(scope="session")
def account(engine_world: World) -> Account:
    return Account(engine_world.config)


def stage(world: World, code: int, screen: str) -> Stage:
    return Stage(code, screen, Account(world.config).listing(), of_sandbox(world))


def up(world: World, **variables: str) -> Stage:
    done = world.run(UP, timeout=300, **variables)
    return stage(world, done.returncode, done.stdout + done.stderr)


def set_(world: World, key: str, value: str) -> None:
    done = world.sandbox("set", key, value)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def refused(engine_world: World) -> dict[str, Stage]:
    """By setting: a run with a value that cannot be."""
    stages = {}
    keys = f"{engine_world.config.home}/id_ed25519.pub"
    for key, value in REFUSED.items():
        set_(engine_world, key, value)
        stages[key] = up(engine_world)
        set_(engine_world, key, {**USUAL, "ssh_public_keys": keys}[key])
    return stages


@pytest.fixture(scope="session")
def unauthorized(engine_world: World, account: Account, refused: dict[str, Stage]) -> Stage:
    account.fault(kind="answer", method="POST", path="/v2/droplets", status=401)
    return up(engine_world)


@pytest.fixture(scope="session")
def failed(engine_world: World, account: Account, unauthorized: Stage) -> Stage:
    """The cloud fails, and goes on failing for longer than the provider tries."""
    account.fault(kind="answer", method="POST", path="/v2/droplets", status=500)
    return up(engine_world, DIGITALOCEAN_HTTP_RETRY_MAX="0")


@pytest.fixture(scope="session")
def killed_creating(
    engine_world: World, account: Account, failed: Stage, tmp_path_factory: pytest.TempPathFactory
) -> Stage:
    """kill -9 of all that runs, while the droplet is being made."""
    run = Run(engine_world, UP, tmp_path_factory.mktemp("run") / "screen")
    await_("a droplet", lambda: bool(account.droplets), 60)
    kill_all(of_sandbox(engine_world))
    return stage(engine_world, run.wait(30), run.text)


@pytest.fixture(scope="session")
def interrupted_early(
    engine_world: World, account: Account, killed_creating: Stage, tmp_path_factory: pytest.TempPathFactory
) -> Stage:
    """Ctrl-C while SSH is waited for."""
    account.fault(kind="boot", ssh_delay=60)
    account.fault(kind="answer", method="POST", path="/v2/droplets", status=429, times=2)
    run = Run(engine_world, UP, tmp_path_factory.mktemp("run") / "screen")
    run.await_text("Waiting for SSH")
    run.interrupt()
    code = run.wait(20)
    return stage(engine_world, code, run.text)


@pytest.fixture(scope="session")
def vanished(account: Account, interrupted_early: Stage) -> int:
    """The id of a droplet that was deleted behind its owner's back."""
    droplet: int = account.droplet["id"]
    account.fault(kind="vanish", droplet=droplet)
    return droplet


@pytest.fixture(scope="session")
def interrupted(engine_world: World, vanished: int, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Ctrl-C of `pulumi up` itself while the host is being converged: an installer goes on there."""
    program = Path(shutil.which("pulumi") or "")
    variables = environment.base(engine_world.config, program)
    run = Run(engine_world, PULUMI_UP, tmp_path_factory.mktemp("run") / "screen", **variables)
    run.await_step("Python | Install anaconda3-standin")
    run.interrupt()
    return stage(engine_world, run.wait(20), run.text)


@pytest.fixture(scope="session")
def killed_converging(
    engine_world: World, interrupted: Stage, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Stage, CommandLines]:
    """kill -9 of all that runs here, while the host is being converged; and what command lines were seen."""
    run = Run(engine_world, UP, tmp_path_factory.mktemp("run") / "screen")
    with CommandLines() as lines:
        run.await_step("Jupyter | Install Jupyter from its lock")
        kill_all(of_sandbox(engine_world))
        code = run.wait(30)
    return stage(engine_world, code, run.text), lines


@pytest.fixture(scope="session")
def completed(engine_world: World, killed_converging: tuple[Stage, CommandLines]) -> tuple[Stage, CommandLines]:
    with CommandLines() as lines:
        done = up(engine_world)
    return done, lines


@pytest.fixture(scope="session")
def stack(engine_world: World, account: Account, completed: tuple[Stage, CommandLines]) -> Stack:
    assert completed[0].code == 0, completed[0].screen
    return Stack(engine_world, account, dict(os.environ) | engine_world.variables())
