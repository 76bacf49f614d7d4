"""A converge that is killed, and a host that is late: the next one waits for what still runs, and gets there."""

import sys
from pathlib import Path

import pytest

from contract import paths
from tests.e2e.visitor import Visitor
from tests.e2e.world import Server, World

pytestmark = pytest.mark.sandbox

WAITED = "Readiness | Wait for the first boot, and for what an interrupted run left running"


def test_a_killed_run_is_waited_for_and_made_good(world: World, box: Server, tmp_path: Path) -> None:
    version = box.target.settings.installer_version
    box.ask(f"rm -rf {paths.CONDA_ROOT}/{version} {paths.CONDA_MARKERS}/{version}")
    installing = f"pgrep -f '^bash {paths.DOWNLOADS_DIRECTORY}/{version}.sh'"
    converging = world.start_converge(box.target, tmp_path / "converge.log")
    try:
        box.await_command(f"{installing} && pgrep -f 'pip install'")
    finally:
        converging.kill()  # -9: it has no time to say goodbye
        converging.wait()
    assert box.run(installing).returncode == 0, "the host was to be still at work"

    changed = world.changes(box.target)
    assert WAITED in changed
    assert box.run(installing).returncode == 1
    assert box.ask(f"cat {paths.CONDA_MARKERS}/{version}") == box.target.settings.installer_sha256
    owner = Visitor(box.url)
    assert owner.log_in(box.password)
    assert owner.kernel().run("import numpy, sys; print(sys.prefix)") == f"{paths.CONDA_ROOT}/{version}"
    assert world.changes(box.target) == []


def test_the_hand_over_waits_for_ssh(world: World, server: Server) -> None:
    late = world.copy(server, ssh_delay=8)
    try:
        assert late.run("true").returncode == 255
        done = world.run([sys.executable, "-m", "handover"], timeout=300, **world.converge_environment(late.target))
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"The login page answers at {late.url}" in done.stdout
    finally:
        world.discard(late)
