"""An account in a temporary folder, spoken to as the provider does."""

from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from sandbox.api.app import create_app
from sandbox.config import SandboxConfig
from tests.sandbox.api.api_doubles import MemoryFirewall, MemoryMachines, MemoryNames

TOKEN = "sandbox-token"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7xO0hYb0eQh3B0pBdKtCSoqp0oAOWTCY1u0dJ0v6Vd owner@laptop"


class Account:
    """One sandbox and the calls to it. `restart` is what follows a kill -9."""

    def __init__(self, home: Path) -> None:
        self.config = SandboxConfig(name="test", home=home)
        self.machines, self.firewall, self.names = MemoryMachines(), MemoryFirewall(), MemoryNames()
        self._start()

    def restart(self) -> None:
        self.machines = self.machines.kill()
        self._start()

    def _start(self) -> None:
        self.app = create_app(self.config, TOKEN, self.machines, self.firewall, self.names)
        self.client = self.app.test_client()

    def settle(self) -> None:
        """Wait for the work in the background."""
        self.app.extensions["sandbox-workers"].wait()

    @property
    def state(self) -> Any:
        return self.app.extensions["sandbox-cloud"].state

    def call(self, method: str, path: str, body: Any = None, token: str = TOKEN) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.open(path, method=method, json=body, headers=headers)

    def ask(self, method: str, path: str, body: Any = None, expect: int = 200) -> Any:
        """The JSON of an answer that must have the status `expect`."""
        response = self.call(method, path, body)
        assert response.status_code == expect, f"{method} {path}: {response.status_code} {response.text}"
        return response.get_json(silent=True)

    def refusal(self, method: str, path: str, body: Any = None, expect: int = 422) -> str:
        return str(self.ask(method, path, body, expect)["message"])

    def droplet(self, **wishes: Any) -> dict[str, Any]:
        """One that has booted."""
        order = {"name": "web", "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64", **wishes}
        droplet_id = self.ask("POST", "/v2/droplets", order, expect=202)["droplet"]["id"]
        self.settle()
        return self.read(droplet_id)

    def read(self, droplet_id: int) -> dict[str, Any]:
        droplet: dict[str, Any] = self.ask("GET", f"/v2/droplets/{droplet_id}")["droplet"]
        return droplet

    def act(self, droplet_id: int, kind: str, **parameters: Any) -> dict[str, Any]:
        """The finished action."""
        path = f"/v2/droplets/{droplet_id}/actions"
        action = self.ask("POST", path, {"type": kind, **parameters}, expect=201)["action"]
        self.settle()
        finished: dict[str, Any] = self.ask("GET", f"/v2/actions/{action['id']}")["action"]
        return finished
