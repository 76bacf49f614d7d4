"""The account as any HTTP client sees it."""

import json
from typing import Any

import requests

from sandbox.config import SandboxConfig

Json = dict[str, Any]

LISTS = {
    "/account/keys": "ssh_keys",
    "/tags": "tags",
    "/firewalls": "firewalls",
    "/domains": "domains",
    "/droplets": "droplets",
    "/projects": "projects",
}


class Account:
    def __init__(self, config: SandboxConfig) -> None:
        self._config = config

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """path: with its first folder, `/v2` or `/sandbox`."""
        token = json.loads((self._config.home / "owner.json").read_text())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        url = self._config.api_url + path
        answer = requests.request(method, url, json=body, headers=headers, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        parsed: Json = answer.json() if answer.content else {}
        return parsed

    def entries(self, path: str) -> list[Json]:
        entries: list[Json] = self.ask("GET", f"/v2{path}?per_page=200")[LISTS[path]]
        return entries

    def listing(self) -> dict[str, list[Json]]:
        """All there is; without the project that every account has."""
        found = {path: self.entries(path) for path in LISTS}
        found["/projects"] = [project for project in found["/projects"] if not project["is_default"]]
        for domain in found["/domains"]:
            answer = self.ask("GET", f"/v2/domains/{domain['name']}/records?per_page=200")
            domain["records"] = answer["domain_records"]
        return found

    @property
    def droplets(self) -> list[Json]:
        return self.entries("/droplets")

    @property
    def droplet(self) -> Json:
        """The one there is."""
        (droplet,) = self.droplets
        return droplet

    def fault(self, **fault: Any) -> None:
        self.ask("POST", "/sandbox/faults", fault)

    def clear_faults(self) -> None:
        self.ask("DELETE", "/sandbox/faults")
