"""Programs in pyinfra's place: beside the Python that runs, as in a virtual environment."""

import sys
from pathlib import Path

import pytest


class Pyinfra:
    """`runs` says what it does, in Python; `python` is the interpreter beside which it stands."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.python = folder / "python"
        self._program = folder / "pyinfra"
        self.interpreter = sys.executable

    def runs(self, code: str) -> None:
        self._program.write_text(f"#!{self.interpreter}\nimport json, os, sys, time\n{code}\n")
        self._program.chmod(0o755)


def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pyinfra:
    pyinfra = Pyinfra(tmp_path / "bin")
    monkeypatch.setattr(sys, "executable", str(pyinfra.python))
    return pyinfra
