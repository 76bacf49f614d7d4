from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of an engine around these tests, and the hand-over's notes in a folder of the test's."""
    monkeypatch.setenv("JUPYTER_STATE", str(tmp_path / "state"))
    for name in ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS"):
        monkeypatch.delenv(name, raising=False)
