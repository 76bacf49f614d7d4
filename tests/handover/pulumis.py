"""A program in the engine's place, alone on PATH."""

import shlex
from pathlib import Path

import pytest


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, *, prints: str = "", fails: str = "") -> None:
    """It prints its outputs, or fails with these words. Its arguments are in `folder`/arguments."""
    folder.mkdir(exist_ok=True)
    end = f"echo {shlex.quote(fails)} >&2; exit 255" if fails else f"printf %s {shlex.quote(prints)}"
    (folder / "pulumi").write_text(f'#!/bin/sh\necho "$*" > {shlex.quote(str(folder / "arguments"))}\n{end}\n')
    (folder / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
