"""Notebooks come home as they are, and nothing a notebook put there does harm on the way."""

import os
import subprocess
from pathlib import Path

import pytest

from handover import export as module
from handover.export import CHECKSUMS, ExportError, export
from tests.contract.targets import a_target


@pytest.fixture
def notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebooks' folder in a home that `ssh` runs its commands in."""
    home = tmp_path / "home"
    (home / "notebooks").mkdir(parents=True)
    program = tmp_path / "ssh"
    program.write_text(f'#!/bin/sh\ncd {home} && exec sh -c "$1"\n')
    program.chmod(0o755)
    monkeypatch.setattr(module, "ssh_words", lambda *_: [str(program)])
    monkeypatch.setattr(
        module, "ENVIRONMENT_FILES", {"good.txt": "echo numpy==2", "bad.txt": "echo no such >&2; exit 3"}
    )
    return home / "notebooks"


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sha256sum", "--check", CHECKSUMS], cwd=folder, capture_output=True, text=True, check=False)


def test_files_are_copied_with_checksums_that_hold(notebooks: Path, tmp_path: Path) -> None:
    (notebooks / "a b").mkdir()
    (notebooks / "a b" / "x\ny.ipynb").write_text("{}")
    (notebooks / "big").write_bytes(os.urandom(300_000))
    (notebooks / "back\\slash").write_text("1")
    assert export(a_target(), tmp_path / "out") == 3
    assert (tmp_path / "out" / "notebooks" / "big").read_bytes() == (notebooks / "big").read_bytes()
    done = verified(tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "out" / "notebooks" / "big").write_bytes(b"rotten")
    assert verified(tmp_path / "out").returncode == 1


def test_the_packages_are_listed_and_what_cannot_be_is_said(
    notebooks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(a_target(), tmp_path / "out") == 0
    assert (tmp_path / "out" / "good.txt").read_text() == "numpy==2\n"
    assert capsys.readouterr().out == "bad.txt is left out: no such\n"
    assert not (tmp_path / "out" / "bad.txt").exists()


def test_a_link_that_leads_out_of_the_folder_is_left_out(
    notebooks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (notebooks / "evil").symlink_to("/etc/passwd")
    (notebooks / "good").symlink_to("data")
    (notebooks / "data").write_text("1")
    assert export(a_target(), tmp_path / "out") == 1
    copied = tmp_path / "out" / "notebooks"
    assert not copied.joinpath("evil").is_symlink() and copied.joinpath("good").read_text() == "1"
    assert "Left out: 'notebooks/evil'" in capsys.readouterr().out


def test_a_file_that_is_not_as_on_the_server_is_named(
    notebooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (notebooks / "growing.ipynb").write_text("1")
    copy = module._copy

    def slow(*arguments: object) -> None:
        copy(*arguments)  # type: ignore[arg-type]
        (notebooks / "growing.ipynb").write_text("2")

    monkeypatch.setattr(module, "_copy", slow)
    with pytest.raises(ExportError, match=r"1 of 1 files .* \(notebooks/growing.ipynb\)"):
        export(a_target(), tmp_path / "out")


def test_a_folder_that_is_there_is_not_touched(notebooks: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ExportError, match="make export ARGS=FOLDER"):
        export(a_target(), tmp_path / "out")


def test_a_connection_that_breaks_is_said(notebooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ssh_words", lambda *_: ["sh", "-c", "head -c 700 /dev/urandom; exit 255"])
    with pytest.raises(ExportError, match="broke off"):
        export(a_target(), tmp_path / "out")
