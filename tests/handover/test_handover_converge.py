"""Running pyinfra: its end, its output, its death."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from contract.target import Target
from handover.converge import converge
from handover.errors import HandoverError
from handover.screen import LINE_LIMIT
from tests.contract.targets import a_target
from tests.handover.pyinfras import Pyinfra, install

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = "print('--> Results:')"


@pytest.fixture
def pyinfra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pyinfra:
    return install(tmp_path, monkeypatch)


def logs(state: Path) -> list[Path]:
    return sorted((state / "dev" / "logs").glob("*.log"))


def test_it_runs_the_runbook_over_the_stacks_inventory_with_the_target(pyinfra: Pyinfra, tmp_path: Path) -> None:
    seen = tmp_path / "seen.json"
    record = f"json.dump([sys.argv[1:], os.getcwd(), dict(os.environ)], open({str(seen)!r}, 'w'))"
    pyinfra.runs(f"{record}\n{RESULTS}")
    target = a_target()
    converge(target)
    arguments, folder, environment = json.loads(seen.read_text())
    assert arguments == ["-y", "inventories/stack.py", "deploy/site.py"]
    assert folder == str(ROOT)
    assert Target.from_environment(environment) == target


def test_what_it_changed_is_counted(pyinfra: Pyinfra, capsys: pytest.CaptureFixture[str]) -> None:
    step = "print('--> Starting operation: Install Caddy\\n    [host] Success')"
    pyinfra.runs(f"{step}\n{step}\n{RESULTS}")
    converge(a_target())
    shown = capsys.readouterr().out
    assert "  Install Caddy (0 s)\n" in shown
    assert "Converged 198.51.100.20: 2 changes" in shown


def test_an_exit_code_is_a_failure_that_names_the_log(pyinfra: Pyinfra, state: Path) -> None:
    pyinfra.runs(f"{RESULTS}\nsys.exit(1)")
    with pytest.raises(HandoverError) as caught:
        converge(a_target())
    assert "pyinfra exit code 1" in str(caught.value)
    assert str(logs(state)[0]) in str(caught.value)


def test_an_end_without_results_is_a_failure_whatever_the_exit_code(pyinfra: Pyinfra) -> None:
    # pyinfra exits with 0 on an interrupt.
    pyinfra.runs("print('--> Starting operation: Install Caddy')\nsys.exit(0)")
    with pytest.raises(HandoverError, match=r"stopped \(pyinfra exit code 0\)"):
        converge(a_target())


def test_output_that_ends_a_moment_before_the_program_is_no_failure(pyinfra: Pyinfra) -> None:
    pyinfra.runs(f"{RESULTS}\nsys.stdout.flush()\nos.close(1)\nos.close(2)\ntime.sleep(0.3)\nos._exit(0)")
    converge(a_target())


def test_a_line_of_a_megabyte_is_cut_on_the_screen_and_whole_in_the_log(
    pyinfra: Pyinfra, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pyinfra.runs(f"print('x' * 1_000_000)\n{RESULTS}")
    converge(a_target())
    assert max(map(len, capsys.readouterr().out.splitlines())) < LINE_LIMIT + 100
    assert "x" * 1_000_000 in logs(state)[0].read_text()


def test_bytes_that_are_no_text_stop_nothing(pyinfra: Pyinfra) -> None:
    pyinfra.runs(f"os.write(1, b'\\xff\\xfe\\n')\n{RESULTS}")
    converge(a_target())


def test_the_log_has_both_streams_without_secrets_for_its_owner_alone(pyinfra: Pyinfra, state: Path) -> None:
    pyinfra.runs(f"print('out', os.environ['JUPYTER_ANYWHERE_PASSWORD'])\nprint('err', file=sys.stderr)\n{RESULTS}")
    target = a_target()
    converge(target)
    (log,) = logs(state)
    assert "out [secret]" in log.read_text()
    assert "err" in log.read_text()
    assert target.secrets.password.get_secret_value() not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_only_the_latest_logs_are_kept(pyinfra: Pyinfra, state: Path) -> None:
    (state / "dev" / "logs").mkdir(parents=True)
    for number in range(30):
        (state / "dev" / "logs" / f"2000-01-01T00-00-{number:02}.log").touch()
    pyinfra.runs(RESULTS)
    converge(a_target())
    names = [log.name for log in logs(state)]
    assert len(names) == 20
    assert names[0] == "2000-01-01T00-00-11.log"
    assert names[-1] > "2001"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_it_does_not_outlive_a_hand_over_that_is_killed(pyinfra: Pyinfra, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    pyinfra.runs(f"open({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")
    code = (
        f"import os, sys; sys.executable = {str(pyinfra.python)!r}\n"
        "from contract.target import Target; from handover.converge import converge\n"
        "converge(Target.from_environment(os.environ))"
    )
    interpreter = pyinfra.interpreter
    wrapper = subprocess.Popen([interpreter, "-c", code], cwd=ROOT, env=os.environ | a_target().to_environment())
    try:
        wait_until(lambda: note.exists() and note.read_text() != "")
        child = int(note.read_text())
        assert is_running(child)
    finally:
        wrapper.kill()
        wrapper.wait()
    wait_until(lambda: not is_running(child))


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Neither gone nor only waiting to be taken note of."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
