"""What droplets take over of the machine's package sources."""

import os
from pathlib import Path

import pytest

from sandbox.config import SandboxError
from sandbox.machines import registries

DEBIAN = "http://archive.example/debian"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (f"deb {DEBIAN} bookworm main contrib", True),
        ("deb [arch=amd64] http://mirror.example/debian bookworm-security main # near", True),
        (f"deb-src {DEBIAN} bookworm main", False),
        (f"deb {DEBIAN} trixie main", False),
        ("deb https://engine.example/linux/debian bookworm stable", False),
        ("deb [signed-by=/etc/apt/keyrings/other.gpg] https://other.example/debian bookworm main", False),
        ("deb https://node.example/node_20.x nodistro main", False),
    ],
)
def test_only_debians_own_archive_is_kept(line: str, kept: bool) -> None:
    stanza = registries._one_line(line)
    assert bool(stanza and registries._debian_only(stanza, "bookworm")) is kept


def test_suites_of_another_release_are_left_out() -> None:
    stanza = dict(registries._fields(f"URIs: {DEBIAN}\nSuites: bookworm trixie bookworm-updates\nComponents: main\n"))
    text = registries._debian_only(stanza, "bookworm") or ""
    assert "Suites: bookworm bookworm-updates\n" in text


def test_pip_settings_come_from_files_and_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://mirror.example/simple\ntimeout = 5\nno-color = true\n")
    monkeypatch.setattr(registries, "_pip_files", lambda: [file])
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_TIMEOUT", "60")
    monkeypatch.setenv("PIP_FIND_LINKS", "/opt/wheels")  # a folder that droplets do not have
    text = registries._pip_settings(trust_system=False)
    assert text == "[global]\nindex-url = https://mirror.example/simple\ntimeout = 60\n"
    assert f"cert = {registries.SYSTEM_BUNDLE}\n" in registries._pip_settings(trust_system=True)
    assert registries.Registries(sources=f"URIs: {DEBIAN}\n", pip=text).hosts() == {
        "archive.example",
        "mirror.example",
    }


def test_a_machine_without_debians_packages_is_asked_for_a_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTER_SANDBOX_MIRROR", raising=False)
    with pytest.raises(SandboxError, match="export JUPYTER_SANDBOX_MIRROR="):
        registries._named("bookworm")
    monkeypatch.setenv("JUPYTER_SANDBOX_MIRROR", "http://mirror.example/debian/")
    text = registries._named("bookworm")
    assert "URIs: http://mirror.example/debian\n" in text and "URIs: http://mirror.example/debian-security\n" in text
