import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.engineless.sandboxes import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox whose droplets boot nothing, and whose hand-over only takes note of itself."""
    before = dict(os.environ)
    # Failures that the SDK's tasks keep for nobody are told by the interpreter at its end, at length.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    for name in [name for name in os.environ if name.startswith(("JUPYTER_", "PULUMI_"))]:
        del os.environ[name]
    try:
        with Sandbox(tmp_path) as sandbox:
            monkeypatch.setattr("sandbox.engineless.program.PROJECT_ROOT", sandbox.project)
            yield sandbox
    finally:
        # The program is run in this process, and takes its variables into it.
        os.environ.clear()
        os.environ.update(before)
