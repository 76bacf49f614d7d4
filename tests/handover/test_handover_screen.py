"""What the owner sees of pyinfra's output."""

import pytest

from handover.screen import LINE_LIMIT, STILL_RUNNING_SECONDS, Screen

STEP = "--> Starting operation: Install Caddy \n"


class Shown(Screen):
    """A screen that keeps its lines."""

    def __init__(self, *secrets: str) -> None:
        self.lines: list[str] = []
        super().__init__(self.lines.append, secrets)

    def reads(self, *lines: str) -> list[str]:
        for line in lines:
            self.read(line)
        return self.lines


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its only entry is the time, in seconds."""
    now = [1000.0]
    monkeypatch.setattr("handover.screen.time.monotonic", lambda: now[0])
    return now


def test_a_step_that_changed_something_is_one_line_with_its_time(clock: list[float]) -> None:
    screen = Shown()
    screen.read(STEP)
    clock[0] += 7.4
    assert screen.reads("    [198.51.100.20] Success\n") == ["  Install Caddy (7 s)"]
    assert screen.changed == 1


def test_colours_make_no_difference() -> None:
    screen = Shown()
    screen.reads(
        "\x1b[34m--> Starting operation: Install Caddy\x1b[0m\n", "    [\x1b[1mhost\x1b[0m] \x1b[32mSuccess\x1b[0m\n"
    )
    assert screen.lines == ["  Install Caddy (0 s)"]


def test_a_step_that_changed_nothing_is_not_shown() -> None:
    screen = Shown()
    assert screen.reads(STEP, "    [198.51.100.20] No changes\n") == []
    assert screen.changed == 0


def test_a_step_that_failed_is_shown_with_the_hosts_words() -> None:
    shown = Shown().reads(STEP, "[198.51.100.20] E: Unable to locate package caddy\n", "    [198.51.100.20] Error\n")
    assert shown == ["[198.51.100.20] E: Unable to locate package caddy", "  Install Caddy: [198.51.100.20] Error"]


@pytest.mark.parametrize(
    "line",
    [
        "\n",
        "--> Loading config...\n",
        "--> Connecting to hosts...\n",
        "    [198.51.100.20] Connected\n",
        "    Loading: deploy/site.py\n",
    ],
)
def test_what_says_nothing_to_the_owner_is_not_shown(line: str) -> None:
    assert Shown().reads(line) == []


def test_a_secret_is_masked_wherever_it_stands() -> None:
    screen = Shown("hunter2-hunter2", "")
    assert screen.reads("error: 'hunter2-hunter2' is hunter2-hunter2\n") == ["error: '[secret]' is [secret]"]


def test_a_secret_in_a_steps_name_is_masked() -> None:
    assert Shown("hunter2").reads("--> Starting operation: Set hunter2\n", "    [host] Success\n") == [
        "  Set [secret] (0 s)"
    ]


def test_a_long_line_is_cut_and_says_so() -> None:
    (line,) = Shown().reads("x" * 1_000_000 + "\n")
    assert line == "x" * LINE_LIMIT + " … (cut; whole in the log)"


def test_a_secret_is_masked_before_the_line_is_cut() -> None:
    (line,) = Shown("hunter2-hunter2").reads("x" * (LINE_LIMIT - 5) + "hunter2-hunter2\n")
    assert "hunter" not in line


def test_it_is_finished_only_once_the_results_are_there() -> None:
    screen = Shown()
    screen.reads(STEP, "    [198.51.100.20] Success\n", "--> Disconnecting from hosts...\n")
    assert not screen.finished
    screen.read("--> Results:\n")
    assert screen.finished


def test_the_results_are_not_repeated() -> None:
    assert Shown().reads("--> Results:\n", "    Operation     Hosts   Success\n", "    Install Caddy 1 1\n") == []


def test_a_long_step_says_now_and_then_that_it_still_runs(clock: list[float]) -> None:
    screen = Shown()
    screen.read(STEP)
    for _ in range(10):
        clock[0] += STILL_RUNNING_SECONDS / 4
        screen.idle()
    assert screen.lines == [f"  Install Caddy: still running ({seconds:.0f} s)" for seconds in (37.5, 75)]


def test_between_steps_nothing_still_runs(clock: list[float]) -> None:
    screen = Shown()
    screen.reads(STEP, "--> Results:\n")
    clock[0] += 10 * STILL_RUNNING_SECONDS
    screen.idle()
    assert screen.lines == []
