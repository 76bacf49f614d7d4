from collections.abc import Iterator

import pytest

from check import ssh
from tests.check.ssh_servers import SshServers


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServers]:
    """Servers on a port of loopback, which is taken for SSH's."""
    with SshServers() as servers:
        monkeypatch.setattr(ssh, "SSH_PORT", servers.port)
        yield servers
