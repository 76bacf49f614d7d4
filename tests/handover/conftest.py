import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from handover import ssh
from tests.handover.ssh_servers import SshServers


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the hand-over keeps its notes, in every test here."""
    monkeypatch.setenv("JUPYTER_STATE", str(tmp_path / "state"))
    for name in [name for name in os.environ if name.startswith(("JUPYTER_ANYWHERE_", "JUPYTER_SSH_KEY"))]:
        monkeypatch.delenv(name)
    return tmp_path / "state"


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServers]:
    """Servers on a port of loopback, which is taken for SSH's."""
    with SshServers() as servers:
        monkeypatch.setattr(ssh, "SSH_PORT", servers.port)
        yield servers
