"""`make drift`: one report, one exit code, no secret."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from handover import drift
from tests.contract.targets import a_target
from tests.handover.pyinfras import Pyinfra, install
from tests.settings.raw_settings import PASSWORD, SEED

EQUAL = {"name": "Install Caddy", "hosts_with_change": 0}
CHANGED = {"name": "Write the firewall's table", "hosts_with_change": 1}
SAME, ELSE, BROKEN = 0, 1, 2


class Engine:
    """`refresh` says what it finds."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.refresh(0)

    def refresh(self, code: int, out: str = "", err: str = "") -> None:
        outputs = json.dumps({"target": a_target().to_environment()})
        (self._folder / "pulumi").write_text(
            f'#!/bin/sh\necho "$*" >> {shlex.quote(str(self._folder))}/calls\n'
            f'if [ "$1" = stack ]; then printf %s {shlex.quote(outputs)}; exit 0; fi\n'
            f"printf %s {shlex.quote(out)}; printf %s {shlex.quote(err)} >&2; exit {code}\n"
        )
        (self._folder / "pulumi").chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return (self._folder / "calls").read_text().splitlines()


@pytest.fixture
def pyinfra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pyinfra:
    pyinfra = install(tmp_path, monkeypatch)
    finds(pyinfra, EQUAL)
    return pyinfra


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine(tmp_path / "engine")
    monkeypatch.setenv("PATH", f"{tmp_path / 'engine'}:/usr/bin:/bin")
    return engine


def finds(pyinfra: Pyinfra, *steps: dict[str, object]) -> None:
    pyinfra.runs(f"print(json.dumps({{'plan': {list(steps)!r}}}))")


@pytest.mark.usefixtures("pyinfra")
def test_without_drift(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert drift.main() == SAME
    assert capsys.readouterr().out.splitlines() == ["Cloud: as declared.", "Host: as converged."]
    assert engine.calls[-1] == "refresh --preview-only --expect-no-changes --diff --non-interactive"


@pytest.mark.parametrize(
    ("code", "words"), [(7, ""), (1, "error: no changes were expected but changes were proposed")], ids=["new", "old"]
)
@pytest.mark.usefixtures("pyinfra")
def test_in_the_cloud(code: int, words: str, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.refresh(code, out="~ size: s-1vcpu-1gb => s-1vcpu-2gb\n", err=words)
    assert drift.main() == ELSE
    shown = capsys.readouterr().out
    assert "s-1vcpu-1gb => s-1vcpu-2gb" in shown
    assert "pulumi up" in shown
    assert "Host: as converged." in shown


@pytest.mark.usefixtures("engine")
def test_on_the_host(pyinfra: Pyinfra, capsys: pytest.CaptureFixture[str]) -> None:
    finds(pyinfra, EQUAL, CHANGED)
    assert drift.main() == ELSE
    shown = capsys.readouterr().out
    assert "Cloud: as declared." in shown
    assert "  Write the firewall's table\n" in shown
    assert "Install Caddy" not in shown
    assert "make converge" in shown


def test_on_both(engine: Engine, pyinfra: Pyinfra, capsys: pytest.CaptureFixture[str]) -> None:
    engine.refresh(7, out="~ size\n")
    finds(pyinfra, CHANGED)
    assert drift.main() == ELSE
    shown = capsys.readouterr().out
    assert "Cloud: changed by hand" in shown
    assert "Host: a converge would change" in shown


def test_a_target_in_the_environment_is_compared_alone(
    engine: Engine, pyinfra: Pyinfra, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.refresh(1, err="it would fail")
    for name, value in a_target().to_environment().items():
        monkeypatch.setenv(name, value)
    assert drift.main() == SAME
    assert "Cloud: not compared" in capsys.readouterr().out


def test_the_host_is_compared_as_the_same_server(engine: Engine, pyinfra: Pyinfra, tmp_path: Path) -> None:
    note = tmp_path / "seen"
    record = f"open({str(note)!r}, 'w').write(json.dumps([sys.argv[1:], os.environ['JUPYTER_ANYWHERE_ADDRESS']]))"
    pyinfra.runs(f"{record}\nprint(json.dumps({{'plan': []}}))")
    assert drift.main() == SAME
    words, address = json.loads(note.read_text())
    assert words == ["--dry", "--json", "inventories/stack.py", "deploy/site.py"]
    assert address == a_target().address
    assert len(engine.calls) == 2


@pytest.mark.parametrize("words", ["error: the state is locked", ""])
@pytest.mark.usefixtures("pyinfra")
def test_a_cloud_that_cannot_be_asked(words: str, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.refresh(255, err=words)
    assert drift.main() == BROKEN
    error = capsys.readouterr().err
    assert "The cloud could not be compared" in error
    assert (words or "ended with 255") in error


@pytest.mark.parametrize(
    "code",
    [
        "print('no connection', file=sys.stderr); sys.exit(1)",
        "sys.exit(1)",
        "",
        "print('{')",
        "print('{}')",
        "print(7)",
    ],
)
@pytest.mark.usefixtures("engine")
def test_a_host_that_cannot_be_asked(code: str, pyinfra: Pyinfra, capsys: pytest.CaptureFixture[str]) -> None:
    pyinfra.runs(code)
    assert drift.main() == BROKEN
    shown = capsys.readouterr()
    assert "The host could not be compared" in shown.err
    assert "as converged" not in shown.out


@pytest.mark.usefixtures("engine")
def test_what_does_not_end_is_told(
    pyinfra: Pyinfra, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never_ending(command: list[str], **_: object) -> None:
        raise subprocess.TimeoutExpired(command, 600)

    monkeypatch.setattr("subprocess.run", never_ending)
    for name, value in a_target().to_environment().items():
        monkeypatch.setenv(name, value)
    assert drift.main() == BROKEN
    assert "`pyinfra` did not end" in capsys.readouterr().err


def test_without_an_engine_and_a_target_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert drift.main() == BROKEN
    assert "`pulumi` is not on PATH" in capsys.readouterr().err


@pytest.mark.parametrize("code", [7, 255])
def test_no_secret_is_printed(code: int, engine: Engine, pyinfra: Pyinfra, capsys: pytest.CaptureFixture[str]) -> None:
    engine.refresh(code, out=f"~ password: {PASSWORD}\n", err=f"error near {SEED}")
    pyinfra.runs("print(os.environ['JUPYTER_ANYWHERE_PASSWORD'] + 'x' * 1990, file=sys.stderr); sys.exit(1)")
    assert drift.main() == BROKEN
    shown = "".join(capsys.readouterr())
    assert "[secret]" in shown
    assert PASSWORD not in shown
    assert PASSWORD[-8:] not in shown
    assert SEED not in shown


def test_ctrl_c_is_no_traceback(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(drift, "cloud_drift", interrupted)
    monkeypatch.setattr(drift, "host_drift", interrupted)
    assert drift.main() == 130
