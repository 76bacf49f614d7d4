import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the hand-over keeps its notes, in every test here."""
    monkeypatch.setenv("JUPYTER_STATE", str(tmp_path / "state"))
    for name in [name for name in os.environ if name.startswith(("JUPYTER_ANYWHERE_", "JUPYTER_SSH_KEY"))]:
        monkeypatch.delenv(name)
    return tmp_path / "state"
