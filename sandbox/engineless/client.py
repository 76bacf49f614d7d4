"""The sandbox's API, as its stand-in for the engine's provider calls it."""

import time
from collections.abc import Callable
from typing import Any

import requests

from sandbox.config import SandboxError

Json = dict[str, Any]

POLL_SECONDS = 0.2
BOOT_SECONDS = 120


class Client:
    """Calls below `URL/v2`. Raises SandboxError with the API's own words."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/v2"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        answer = self._session.request(method, self._url + path, json=body, timeout=120)
        if not answer.ok:
            try:
                message = answer.json()["message"]
            except (ValueError, KeyError):
                message = answer.text[:200]
            raise SandboxError(f"{method} /v2{path}: {answer.status_code} {message}")
        parsed: Json = answer.json() if answer.content else {}
        return parsed

    def list(self, path: str, root: str) -> list[Json]:
        """Every entry of a listing."""
        separator = "&" if "?" in path else "?"
        entries: list[Json] = self.call("GET", f"{path}{separator}per_page=200")[root]
        return entries

    def first(self, path: str, root: str, matches: Callable[[Json], bool]) -> Json | None:
        return next((entry for entry in self.list(path, root) if matches(entry)), None)

    def active_droplet(self, droplet_id: int) -> Json:
        """The droplet, once it is active."""
        for _ in range(int(BOOT_SECONDS / POLL_SECONDS)):
            droplet: Json = self.call("GET", f"/droplets/{droplet_id}")["droplet"]
            if droplet["status"] == "active":
                return droplet
            time.sleep(POLL_SECONDS)
        raise SandboxError(f"Droplet {droplet_id} was not active after {BOOT_SECONDS} s.")
