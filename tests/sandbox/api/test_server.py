"""The port."""

import socket

import pytest

from sandbox.api.server import run
from sandbox.config import SandboxConfig, SandboxError
from tests.sandbox.api.api_account import TOKEN
from tests.sandbox.api.api_doubles import MemoryFirewall, MemoryMachines, MemoryNames


def test_a_taken_port_names_the_setting_and_touches_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with socket.create_server(("127.0.0.1", 0)) as other:
        config = SandboxConfig(home=tmp_path / "home", api_port=other.getsockname()[1])
        with pytest.raises(SandboxError, match="JUPYTER_SANDBOX_PORT"):
            run(config, TOKEN, MemoryMachines(), MemoryFirewall(), MemoryNames())
    assert not config.home.exists()
