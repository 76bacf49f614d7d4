"""Where the sandbox cannot run, or its settings cannot be, a line or two say so and nothing is made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import __main__ as commands


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """`python -m sandbox WORDS` in this process; it must fail, make nothing, and say why on standard error."""
    home = tmp_path / "home"
    monkeypatch.setenv("JUPYTER_SANDBOX_HOME", str(home))
    monkeypatch.setenv("JUPYTER_SANDBOX_NAME", "nowhere")

    def run(*words: str, **variables: str) -> str:
        monkeypatch.setenv("JUPYTER_SANDBOX_PORT", "59999")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert commands.main(list(words)) == 1
        assert not home.exists()
        said = capsys.readouterr()
        assert "SandboxError" not in said.err
        return said.err

    return run


@pytest.mark.parametrize("command", ["up", "start"])
@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        ("sys.platform", "darwin", "needs Linux"),
        ("os.geteuid", 1000, "needs root"),
    ],
)
def test_elsewhere_the_way_to_a_real_droplet_is_told(
    command: str, place: str, value: object, reason: str, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, value if isinstance(value, str) else lambda: value)
    first, second = run(command).splitlines()
    assert reason in first
    assert second == "A real droplet instead: make init && make up STACK=dev"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUPYTER_SANDBOX_NAME", "Too long a name"),
        ("JUPYTER_SANDBOX_SUBNET", "10.0.0.0/8"),
        ("JUPYTER_SANDBOX_PORT", "80"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_can(name: str, value: str, run: Callable[..., str]) -> None:
    (line,) = run("up", **{name: value}).splitlines()
    assert line.startswith(f"{name} is {value!r}: allowed ")
