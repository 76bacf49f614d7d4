"""What the sandbox remembers: its own records, not the wire's shapes (those are in `wire/`)."""

from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel, Field

DropletStatus = Literal["new", "active", "off"]
ActionStatus = Literal["in-progress", "completed", "errored"]


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def new_uuid() -> str:
    return str(uuid4())


class Key(BaseModel):
    id: int
    name: str
    public_key: str
    fingerprint: str


class BackupPolicy(BaseModel):
    """When backups would be taken; `hour` is UTC. The sandbox takes none."""

    plan: Literal["daily", "weekly"] = "daily"
    weekday: Literal["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] | None = None
    hour: Literal[0, 4, 8, 12, 16, 20] = 0


class Droplet(BaseModel):
    """status: what it was when its pending action began; without one, the machine is asked.

    disk_gb: grows only by a resize with `disk: true`, so it may be less than the size's.
    ssh_delay, apt_lock: seconds, from a fault asked for at its creation.
    """

    id: int
    name: str
    region: str
    size: str
    image: str
    disk_gb: int
    address: IPv4Address
    created_at: datetime = Field(default_factory=now)
    status: DropletStatus = "new"
    tags: list[str] = []
    backups: bool = False
    backup_policy: BackupPolicy = BackupPolicy()
    ipv6: bool = False
    monitoring: bool = False
    private_networking: bool = False
    root_keys: list[str] = []
    user_data: str = ""
    ssh_delay: int = 0
    apt_lock: int = 0

    @property
    def urn(self) -> str:
        return f"do:droplet:{self.id}"


class Action(BaseModel):
    id: int
    type: str
    droplet_id: int
    region: str
    parameters: dict[str, Any] = {}
    status: ActionStatus = "in-progress"
    started_at: datetime = Field(default_factory=now)
    completed_at: datetime | None = None


class Target(BaseModel):
    """Peers of a firewall rule."""

    addresses: list[str] = []
    tags: list[str] = []
    droplet_ids: list[int] = []


class FirewallRule(BaseModel):
    """ports: "0" for all (and for icmp), else "22" or "8000-9000"."""

    protocol: Literal["tcp", "udp", "icmp"]
    ports: str
    peers: Target


class Firewall(BaseModel):
    id: str = Field(default_factory=new_uuid)
    name: str
    inbound: list[FirewallRule]
    outbound: list[FirewallRule]
    droplet_ids: list[int]
    tags: list[str]
    created_at: datetime = Field(default_factory=now)


class DomainRecord(BaseModel):
    """name: relative to the domain, "@" for its apex. data: hosts without their trailing dot."""

    id: int
    type: str
    name: str
    data: str
    ttl: int
    priority: int | None = None
    port: int | None = None
    weight: int | None = None
    flags: int | None = None
    tag: str | None = None


class Domain(BaseModel):
    name: str
    ttl: int = 1800
    records: dict[int, DomainRecord] = {}

    @property
    def urn(self) -> str:
        return f"do:domain:{self.name}"


class Project(BaseModel):
    id: str = Field(default_factory=new_uuid)
    name: str
    description: str = ""
    purpose: str
    environment: str = ""
    is_default: bool = False
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)


class Assignment(BaseModel):
    """Where a resource was moved to. One without an assignment is in the default project."""

    project_id: str
    assigned_at: datetime = Field(default_factory=now)


def _first_project() -> dict[str, Project]:
    project = Project(
        name="sandbox", purpose="Just trying out DigitalOcean", environment="Development", is_default=True
    )
    return {project.id: project}


class State(BaseModel):
    """All of one account. next_id: one sequence for all numbered things; next_host: see `addresses`."""

    account_uuid: str = Field(default_factory=new_uuid)
    next_id: int = 1001
    next_host: int = 10
    keys: dict[int, Key] = {}
    tags: dict[str, datetime] = {}
    droplets: dict[int, Droplet] = {}
    actions: dict[int, Action] = {}
    firewalls: dict[str, Firewall] = {}
    domains: dict[str, Domain] = {}
    projects: dict[str, Project] = Field(default_factory=_first_project)
    assignments: dict[str, Assignment] = {}

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1

    def urns(self) -> list[str]:
        """Of all that can be filed in a project."""
        return [d.urn for d in self.droplets.values()] + [d.urn for d in self.domains.values()]

    def pending_actions(self, droplet_id: int) -> list[Action]:
        """What that droplet is busy with, in order."""
        return [
            action
            for action in self.actions.values()
            if action.droplet_id == droplet_id and action.status == "in-progress"
        ]

    def forget_droplet(self, droplet_id: int) -> None:
        """Remove it and all that refers to it."""
        droplet = self.droplets.pop(droplet_id, None)
        if droplet is None:
            return
        self.assignments.pop(droplet.urn, None)
        self.actions = {id: action for id, action in self.actions.items() if action.droplet_id != droplet_id}
        for firewall in self.firewalls.values():
            firewall.droplet_ids = [id for id in firewall.droplet_ids if id != droplet_id]
