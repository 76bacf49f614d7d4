"""What a killed engine had made and not yet noted: its next run would make all of that a second time."""

import time
from dataclasses import dataclass
from typing import Any

from sandbox.config import SandboxError
from sandbox.engineless.client import Client, Json

_GONE_SECONDS = 120


@dataclass(frozen=True)
class Kind:
    """How resources of one type are found: `path` lists them under `root`, `same` are fields that tell one
    by its inputs, `key` is what it is deleted by."""

    path: str
    root: str
    same: tuple[str, ...] = ("name",)
    key: str = "id"


KINDS = {
    "digitalocean:index/sshKey:SshKey": Kind("/account/keys", "ssh_keys"),
    "digitalocean:index/firewall:Firewall": Kind("/firewalls", "firewalls"),
    "digitalocean:index/domain:Domain": Kind("/domains", "domains", key="name"),
    "digitalocean:index/dnsRecord:DnsRecord": Kind("/domains/{domain}/records", "domain_records", ("name", "type")),
    "digitalocean:index/project:Project": Kind("/projects", "projects"),
    "digitalocean:index/droplet:Droplet": Kind("/droplets", "droplets", ("name", "tags")),
}
"""Others can be made twice: tags, places in a project."""


def remove(client: Client, deployment: dict[str, Any]) -> list[str]:
    """Delete what the deployment's pending creates made; the paths of it. Raises SandboxError.

    deployment: as `pulumi stack export` has it.
    """
    noted = {(resource["type"], str(resource.get("id"))) for resource in deployment.get("resources", [])}
    removed = []
    for operation in deployment.get("pending_operations", []):
        resource = operation["resource"]
        kind = KINDS.get(resource["type"])
        if operation["type"] != "creating" or kind is None:
            continue
        path = kind.path.format(**resource["inputs"])
        for entry in client.list(path, kind.root):
            key = str(entry[kind.key])
            if (resource["type"], key) not in noted and _is_same(entry, resource["inputs"], kind):
                client.call("DELETE", f"{path}/{key}")
                _await_gone(client, f"{path}/{key}")
                removed.append(f"{path}/{key}")
    return removed


def _is_same(entry: Json, inputs: Json, kind: Kind) -> bool:
    return all(entry[field] == inputs[field] for field in kind.same)


def _await_gone(client: Client, path: str) -> None:
    deadline = time.monotonic() + _GONE_SECONDS
    while time.monotonic() < deadline:
        try:
            client.call("GET", path)
        except SandboxError:
            return
        time.sleep(0.2)
    raise SandboxError(
        f"{path} is still there {_GONE_SECONDS} s after it was deleted. To begin anew: make down && make up"
    )
