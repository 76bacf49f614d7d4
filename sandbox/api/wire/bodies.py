"""What DigitalOcean is asked for, as JSON bodies. What the sandbox cannot do is refused, never ignored."""

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal, Self, TypeVar

from flask import request
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, field_validator, model_validator

from sandbox.api.errors import ApiError, refused
from sandbox.api.records import BackupPolicy, FirewallRule, Target

TAG = r"^[a-zA-Z0-9_\-:]{1,255}$"
HOSTNAME = r"^[a-zA-Z0-9][a-zA-Z0-9.\-]*$"
USER_DATA_LIMIT = 64 * 1024  # bytes
LAST_PORT = 65535

Body = TypeVar("Body", bound=BaseModel)

# godo sends null for an empty list.
TagNames = Annotated[
    list[Annotated[str, Field(pattern=TAG)]], BeforeValidator(lambda value: [] if value is None else value)
]
DropletIds = Annotated[list[int], BeforeValidator(lambda value: [] if value is None else value)]


def read(model: type[Body]) -> Body:
    """The request's body. Raises 400 where it is no JSON object, 422 where a value is not allowed."""
    raw = request.get_json(silent=True, force=True)
    if not isinstance(raw, dict):
        raise ApiError(400, "The request body is not a JSON object.")
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise refused(f"{where}: {first['msg']}".removeprefix(": ")) from error


class KeyCreate(BaseModel):
    name: str = Field(min_length=1)
    public_key: str


class KeyUpdate(BaseModel):
    name: str = Field(min_length=1)


class TagCreate(BaseModel):
    name: str = Field(pattern=TAG)


class TaggedResource(BaseModel):
    resource_id: str
    resource_type: str

    @model_validator(mode="before")
    @classmethod
    def _number_or_text(cls, value: Any) -> Any:
        return {**value, "resource_id": str(value.get("resource_id"))} if isinstance(value, dict) else value


class TaggedResources(BaseModel):
    resources: list[TaggedResource]


class PolicyRequest(BackupPolicy):
    @field_validator("weekday", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any) -> Any:
        return value or None

    @model_validator(mode="after")
    def _weekly_needs_a_day(self) -> Self:
        if self.plan == "weekly" and self.weekday is None:
            raise ValueError("a weekly backup policy needs a weekday")
        return self


class DropletCreate(BaseModel):
    name: str = Field(pattern=HOSTNAME, max_length=253)
    region: str | None = None
    size: str
    image: str | int
    ssh_keys: list[int | str] = []
    backups: bool = False
    backup_policy: PolicyRequest | None = None
    ipv6: bool = False
    monitoring: bool = False
    private_networking: bool = False
    public_networking: bool = True
    tags: TagNames = []
    user_data: str = ""
    vpc_uuid: str | None = None
    volumes: list[Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_at_a_time(cls, value: Any) -> Any:
        if isinstance(value, dict) and "names" in value:
            raise ValueError("the sandbox does not imitate creating several droplets at once (names)")
        return value

    @model_validator(mode="after")
    def _only_what_is_imitated(self) -> Self:
        if self.volumes:
            raise ValueError("the sandbox does not imitate volumes")
        if not self.public_networking:
            raise ValueError("the sandbox does not imitate droplets without public networking")
        if len(self.user_data.encode()) > USER_DATA_LIMIT:
            raise ValueError("user_data may not exceed 64 KiB")
        return self


class DropletAction(BaseModel):
    type: str
    size: str | None = None
    disk: bool = False
    name: str | None = Field(default=None, pattern=HOSTNAME, max_length=253)
    backup_policy: PolicyRequest | None = None


class Peers(BaseModel):
    """Sources or destinations of a firewall rule."""

    addresses: list[str] = []
    tags: TagNames = []
    droplet_ids: DropletIds = []
    load_balancer_uids: list[str] = []
    kubernetes_ids: list[str] = []

    @field_validator("addresses")
    @classmethod
    def _networks(cls, addresses: list[str]) -> list[str]:
        for address in addresses:
            network(address)
        return addresses

    @model_validator(mode="after")
    def _only_what_is_imitated(self) -> Self:
        if self.load_balancer_uids or self.kubernetes_ids:
            raise ValueError("the sandbox does not imitate load balancers and Kubernetes clusters")
        return self


def network(text: str) -> IPv4Network | IPv6Network:
    """An address or a CIDR. Raises ValueError."""
    family = IPv6Network if ":" in text else IPv4Network
    return family(text, strict=False)


class RuleBody(BaseModel):
    protocol: Literal["tcp", "udp", "icmp"]
    ports: str = ""
    action: Literal["allow"] = "allow"
    sources: Peers | None = None
    destinations: Peers | None = None

    @model_validator(mode="after")
    def _ports_fit_the_protocol(self) -> Self:
        if self.protocol == "icmp":
            return self
        if self.ports in ("0", "all"):
            return self
        bounds = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", self.ports)
        first, last = (int(bounds[1]), int(bounds[2] or bounds[1])) if bounds else (0, 0)
        if not 1 <= first <= last <= LAST_PORT:
            raise ValueError(f"invalid port range {self.ports!r}")
        return self

    def record(self) -> FirewallRule:
        ports = "0" if self.protocol == "icmp" or self.ports == "all" else self.ports
        peers = self.sources or self.destinations or Peers()
        target = Target(addresses=peers.addresses, tags=peers.tags, droplet_ids=peers.droplet_ids)
        return FirewallRule(protocol=self.protocol, ports=ports, peers=target)


class FirewallBody(BaseModel):
    name: str = Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9.\-]*$")
    inbound_rules: list[RuleBody] | None = None
    outbound_rules: list[RuleBody] | None = None
    droplet_ids: DropletIds = []
    tags: TagNames = []

    @model_validator(mode="after")
    def _has_a_rule(self) -> Self:
        if not self.inbound_rules and not self.outbound_rules:
            raise ValueError("a firewall must have at least one rule")
        return self


class FirewallDroplets(BaseModel):
    droplet_ids: list[int]


class FirewallTags(BaseModel):
    tags: TagNames


class DomainCreate(BaseModel):
    name: str = Field(pattern=r"^([a-zA-Z0-9]([a-zA-Z0-9\-]*[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9\-]*$")
    ip_address: str = ""


class RecordBody(BaseModel):
    """Fields that a PATCH or PUT leaves out stay None; which of them count depends on the type."""

    type: str = ""
    name: str | None = None
    data: str | None = None
    ttl: int | None = Field(default=None, ge=30, le=2**31 - 1)
    priority: int | None = Field(default=None, ge=0, le=65535)
    port: int | None = Field(default=None, ge=0, le=65535)
    weight: int | None = Field(default=None, ge=0, le=65535)
    flags: int | None = Field(default=None, ge=0, le=255)
    tag: str | None = None


class ProjectBody(BaseModel):
    name: str | None = Field(default=None, min_length=1, max_length=175)
    description: str | None = Field(default=None, max_length=255)
    purpose: str | None = Field(default=None, max_length=255)
    environment: str | None = None
    is_default: bool | None = None

    @field_validator("environment")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value and value.capitalize() not in ("Development", "Staging", "Production"):
            raise ValueError("environment must be Development, Staging or Production")
        return value.capitalize() if value else value


class ProjectResources(BaseModel):
    resources: list[Annotated[str, Field(pattern=r"^do:[a-z_]+:.+$")]]
