"""Without the engine, in a sandbox of its own and in this order.

A first `make up` that is killed at every turn, what changes the server after it, `make down`.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.e2e.account import Account
from tests.e2e.machine import instances, traces
from tests.e2e.runs import Run, await_, kill_all, of_sandbox, server_pid
from tests.e2e.world import Done, World

pytestmark = pytest.mark.sandbox

UP = [sys.executable, "-m", "sandbox", "up"]
SECONDS_FOR_NOTHING = 15


@pytest.fixture(scope="module")
def own(new_world: Callable[..., World]) -> World:
    return new_world("u", 80)


@pytest.fixture(scope="module")
def untouched(own: World) -> list[str]:
    """What bore the sandbox's name before there was one."""
    return traces(own)


@pytest.fixture(scope="module")
def without_a_sandbox(own: World, untouched: list[str]) -> dict[str, Done]:
    questions = (("status",), ("env",), ("exec", "--", "true"), ("fault",))
    answers = {words[0]: own.sandbox(*words) for words in questions}
    assert traces(own) == [], "asking has made something"
    return answers


@pytest.fixture(scope="module")
def account(own: World) -> Account:
    return Account(own.config)


@pytest.fixture(scope="module")
def killed_creating(
    own: World, account: Account, without_a_sandbox: dict[str, Done], tmp_path_factory: pytest.TempPathFactory
) -> int:
    """kill -9 of all that runs, the sandbox's server too, while the droplet is being made; its id."""
    run = Run(own, UP, tmp_path_factory.mktemp("run") / "screen")
    await_("the answering API", lambda: "The sandbox answers" in run.text, 300)
    await_("a droplet", lambda: bool(account.droplets), 60)
    droplet: int = account.droplet["id"]
    kill_all([*of_sandbox(own), server_pid(own)])
    run.wait(30)
    return droplet


@pytest.fixture(scope="module")
def interrupted(own: World, killed_creating: int, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """Ctrl-C during the hand-over: exit code and screen. Nothing of ours may run after it."""
    run = Run(own, UP, tmp_path_factory.mktemp("run") / "screen")
    run.await_step("Python | Install anaconda3-standin")
    run.interrupt()
    code = run.wait(20)
    await_("nothing of ours runs here", lambda: not of_sandbox(own), 5)
    return code, run.text


@pytest.fixture(scope="module")
def killed_converging(own: World, interrupted: tuple[int, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """kill -9 during the hand-over; the screen."""
    run = Run(own, UP, tmp_path_factory.mktemp("run") / "screen")
    run.await_step("Jupyter | Install Jupyter from its lock")
    kill_all(of_sandbox(own))
    run.wait(30)
    return run.text


@pytest.fixture(scope="module")
def server_killed(own: World, account: Account, killed_converging: str) -> list[int]:
    """The server alone is killed; the droplets there were."""
    before = [droplet["id"] for droplet in account.droplets]
    kill_all([server_pid(own)])
    return before


@pytest.fixture(scope="module")
def completed(own: World, server_killed: list[int]) -> str:
    done = own.sandbox("up")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def hand_overs(world: World) -> list[str]:
    return sorted(path.name for path in (world.config.home / "state" / "sandbox" / "logs").iterdir())


@pytest.mark.parametrize("command", ["status", "env", "exec", "fault"])
def test_without_a_sandbox_the_way_to_one_is_told_in_a_line(command: str, without_a_sandbox: dict[str, Done]) -> None:
    done = without_a_sandbox[command]
    assert done.returncode != 0
    (line,) = (done.stdout + done.stderr).splitlines()
    assert "make up" in line


def test_a_ctrl_c_ends_it_and_tells_how_to_go_on(interrupted: tuple[int, str]) -> None:
    code, screen = interrupted
    assert code == 130
    assert "To go on from here: make up" in screen
    assert "Traceback" not in screen


def test_what_it_left_at_work_on_the_host_is_waited_for(killed_converging: str) -> None:
    assert "for what an interrupted run left running (" in killed_converging


def test_it_comes_to_its_end_with_one_server(
    own: World, account: Account, completed: str, killed_creating: int, server_killed: list[int]
) -> None:
    assert [droplet["id"] for droplet in account.droplets] == server_killed == [killed_creating]
    assert instances(own.config) == [f"{own.config.name}-{killed_creating}"]
    assert own.stack_server().ask("systemctl is-active jupyter") == "active"
    assert "Running the stack without the Pulumi engine" in completed
    assert re.search(r"\nOpen +http://\S+:8888 ", completed) and "\nPassword " in completed
    assert "SHA256:" in completed and "$6.00" in completed


def test_a_second_up_changes_nothing(own: World, completed: str) -> None:
    before, begun = hand_overs(own), time.monotonic()
    again = own.sandbox("up")
    assert time.monotonic() - begun < SECONDS_FOR_NOTHING
    assert again.returncode == 0 and "no changes" in again.stdout
    assert "made " not in again.stdout and "Password" not in again.stdout
    assert hand_overs(own) == before


def test_a_changed_setting_of_the_host_is_converged(own: World, account: Account, completed: str) -> None:
    droplet, before = account.droplet, hand_overs(own)
    assert own.sandbox("set", "timezone", "Europe/Berlin").returncode == 0
    assert own.sandbox("up").returncode == 0
    assert own.stack_server().ask("readlink -f /etc/localtime") == "/usr/share/zoneinfo/Europe/Berlin"
    assert account.droplet == droplet
    assert len(hand_overs(own)) == len(before) + 1


def test_what_would_change_the_cloud_is_refused_and_fine_when_put_back(
    own: World, account: Account, completed: str
) -> None:
    before, listing = hand_overs(own), account.listing()
    own.sandbox("set", "size", "s-2vcpu-2gb")
    refused = own.sandbox("up")
    own.sandbox("set", "size", "s-1vcpu-1gb")
    assert refused.returncode != 0 and "Traceback" not in refused.stdout + refused.stderr
    assert "size changed" in refused.stderr and "https://www.pulumi.com/docs/install/" in refused.stderr
    assert account.listing() == listing
    back = own.sandbox("up")
    assert back.returncode == 0 and "no changes" in back.stdout
    assert hand_overs(own) == before


def test_env_gives_a_shell_all_it_needs(own: World, completed: str) -> None:
    script = f"""
        set -eu
        eval "$({sys.executable} -m sandbox env)"
        curl --silent --show-error --fail --max-time 20 --output /dev/null "$JUPYTER_URL/login"
        $JUPYTER_SSH true
        printf '%s %s %s' "$JUPYTER_URL" "$JUPYTER_ADDRESS" "$JUPYTER_PASSWORD"
    """
    done = own.run(["sh", "-c", script])
    assert done.returncode == 0, done.stderr
    url, address, password = done.stdout.split()
    assert address in url and f"http://{address}:8888" in completed
    session = requests.Session()
    session.get(f"{url}/login", timeout=20)
    form = {"password": password, "_xsrf": session.cookies["_xsrf"]}
    assert session.post(f"{url}/login", data=form, timeout=20, allow_redirects=False).status_code == 302
    assert session.get(f"{url}/api/kernels", timeout=20).json() == []


def test_the_other_commands_work(own: World, account: Account, completed: str) -> None:
    status = own.sandbox("status")
    assert status.returncode == 0 and str(account.droplet["id"]) in status.stdout and "active" in status.stdout
    shown = own.sandbox("exec", "--", "sh", "-c", "echo $JUPYTER_ANYWHERE_ADDRESS; exit 3")
    assert shown.returncode == 3
    assert shown.stdout.strip() == account.droplet["networks"]["v4"][0]["ip_address"]
    refused = own.sandbox("set", "colour", "blue")
    assert refused.returncode != 0 and "colour is no setting" in refused.stderr
    asked = own.sandbox("fault", '{"kind": "answer", "path": "/v2/account", "status": 503}')
    assert json.loads(asked.stdout)["faults"][0]["status"] == 503
    cleared = own.sandbox("fault", "clear")
    assert json.loads(cleared.stdout)["faults"] == []
    for wrong in ('{"kind": "no such"}', "no JSON"):
        bad = own.sandbox("fault", wrong)
        assert bad.returncode != 0 and "Traceback" not in bad.stderr


def test_the_engine_is_not_put_in_the_place_of_what_it_knows_nothing_of(own: World, completed: str) -> None:
    engine = own.config.home / "bin" / "pulumi"
    engine.parent.mkdir()
    engine.write_text("#!/bin/sh\nexit 1\n")
    engine.chmod(0o755)
    path = f"{engine.parent}:{own.environment['PATH']}"
    refused = own.sandbox("up", JUPYTER_SANDBOX_ENGINE="auto", PATH=path)
    assert refused.returncode != 0
    assert "made with no engine" in refused.stderr and "make down && make up" in refused.stderr


def test_down_leaves_nothing(own: World, completed: str, untouched: list[str]) -> None:
    assert untouched == []
    assert traces(own) != [], "nothing is looked at"
    rules = subprocess.run(["iptables-save"], capture_output=True, text=True, timeout=20, check=False).stdout
    down = own.sandbox("down")
    assert down.returncode == 0, down.stderr
    assert traces(own) == []
    left = subprocess.run(["iptables-save"], capture_output=True, text=True, timeout=20, check=False).stdout
    assert own.config.bridge not in left, rules
    assert not Path(own.config.home).exists()
    assert own.sandbox("down").returncode == 0, "a second one is no error"
