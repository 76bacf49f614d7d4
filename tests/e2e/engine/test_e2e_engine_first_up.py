"""With the engine: a first `make up` that is refused, fails, is interrupted and killed, and comes to its end."""

import pytest

from tests.e2e.account import LISTS
from tests.e2e.engine.conftest import REFUSED
from tests.e2e.engine.stack import Stack, Stage, secrets
from tests.e2e.runs import CommandLines
from tests.e2e.world import World

pytestmark = [pytest.mark.sandbox, pytest.mark.pulumi]


@pytest.mark.parametrize("key", list(REFUSED))
def test_a_value_that_cannot_be_is_refused_before_anything_is_made(key: str, refused: dict[str, Stage]) -> None:
    stage = refused[key]
    assert stage.code != 0
    assert f"Setting {key}" in stage.screen and REFUSED[key] in stage.screen
    assert "pulumi config set" in stage.screen.replace("\n", " ").partition(f"Setting {key}")[2]
    assert "Traceback" not in stage.screen
    assert stage.listing == {path: [] for path in LISTS}


@pytest.mark.parametrize(("broken", "reason"), [("unauthorized", "401"), ("failed", "500")])
def test_an_answer_that_stops_it_is_told_with_the_call(
    broken: str, reason: str, request: pytest.FixtureRequest
) -> None:
    stage: Stage = request.getfixturevalue(broken)
    assert stage.code != 0
    assert any("POST" in line and "/v2/droplets" in line and reason in line for line in stage.screen.splitlines())
    assert "Traceback" not in stage.screen
    assert stage.listing["/droplets"] == []
    assert {path: len(entries) for path, entries in stage.listing.items() if path != "/droplets"} == {
        path: 1 for path in LISTS if path != "/droplets"
    }


def test_killed_while_it_is_made_a_droplet_is_not_made_twice(killed_creating: Stage, interrupted_early: Stage) -> None:
    (half_made,) = killed_creating.listing["/droplets"]
    (made,) = interrupted_early.listing["/droplets"]
    assert f"removed /droplets/{half_made['id']}, to be made anew" in interrupted_early.screen
    assert made["id"] != half_made["id"]
    for path in ("/account/keys", "/firewalls", "/domains", "/projects", "/tags"):
        assert len(interrupted_early.listing[path]) == 1


@pytest.mark.parametrize("broken", ["interrupted_early", "interrupted"])
def test_ctrl_c_leaves_nothing_running_here(broken: str, request: pytest.FixtureRequest) -> None:
    stage: Stage = request.getfixturevalue(broken)
    assert stage.code != 0
    assert stage.left == {}
    assert "Traceback" not in stage.screen


def test_ctrl_c_tells_how_to_go_on(interrupted_early: Stage) -> None:
    assert interrupted_early.code == 130
    assert "To go on from here: make up" in interrupted_early.screen


def test_a_droplet_that_was_deleted_by_hand_is_made_anew(vanished: int, interrupted: Stage) -> None:
    (droplet,) = interrupted.listing["/droplets"]
    assert droplet["id"] != vanished and droplet["status"] == "active"


def test_what_a_ctrl_c_left_at_work_on_the_host_is_waited_for(
    interrupted: Stage, killed_converging: tuple[Stage, CommandLines]
) -> None:
    screen = killed_converging[0].screen
    assert "for what an interrupted run left running (" in screen
    assert screen.index("left running (") < screen.index("Python |")
    assert killed_converging[0].listing["/droplets"] == interrupted.listing["/droplets"]


def test_it_comes_to_its_end_with_one_server(stack: Stack, completed: tuple[Stage, CommandLines]) -> None:
    stage = completed[0]
    assert "An earlier run was cut off" in stage.screen
    (droplet,) = stage.listing["/droplets"]
    (address,) = [network["ip_address"] for network in droplet["networks"]["v4"] if network["type"] == "public"]
    assert f"http://{address}:8888" in stage.screen
    assert stack.server.run("systemctl is-active jupyter").stdout.strip() == "active"


def test_no_secret_is_in_the_engines_record(engine_world: World, stack: Stack) -> None:
    files = [path for path in stack.state_folder.rglob("*") if path.is_file()]
    assert any("hand-over" in path.read_text() for path in files)
    found = [(name, path) for name, text in secrets(engine_world).items() for path in files if text in path.read_text()]
    assert found == []


def test_no_secret_is_shown_but_the_password_at_the_end(
    engine_world: World,
    refused: dict[str, Stage],
    unauthorized: Stage,
    failed: Stage,
    killed_creating: Stage,
    interrupted_early: Stage,
    interrupted: Stage,
    killed_converging: tuple[Stage, CommandLines],
    completed: tuple[Stage, CommandLines],
) -> None:
    stages = [*refused.values(), unauthorized, failed, killed_creating, interrupted_early, interrupted]
    screens = [stage.screen for stage in [*stages, killed_converging[0]]]
    *before, last = completed[0].screen.split("\nPassword ")
    screens += [*before, last.split("\n", 1)[1]]
    assert before, "the password is shown once"
    found = [name for name, text in secrets(engine_world).items() for screen in screens if text in screen]
    assert found == []


def test_no_secret_is_in_a_command_line_here_or_on_the_host(
    engine_world: World,
    killed_converging: tuple[Stage, CommandLines],
    completed: tuple[Stage, CommandLines],
) -> None:
    seen = killed_converging[1].seen | completed[1].seen
    assert any("-m handover" in line for line in seen), "the hand-over was not seen"
    assert any("/opt/jupyter" in line for line in seen), "nothing of the host was seen"
    found = [(name, line) for name, text in secrets(engine_world).items() for line in seen if text in line]
    assert found == []
