"""Records as DigitalOcean's JSON. Its authority: github.com/digitalocean/openapi (read 2026-08)."""

import uuid
import zlib
from datetime import datetime, timedelta
from typing import Any

from sandbox.api.offers import BACKUP_WINDOW_HOURS, REGIONS, SIZES, Size
from sandbox.api.records import (
    Action,
    Assignment,
    Domain,
    DomainRecord,
    Droplet,
    Firewall,
    FirewallRule,
    Key,
    Project,
    now,
)

Json = dict[str, Any]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://api.digitalocean.com/sandbox")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def moment(time: datetime | None) -> str | None:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def account(account_uuid: str) -> Json:
    return {
        "droplet_limit": 25,
        "floating_ip_limit": 3,
        "reserved_ip_limit": 3,
        "volume_limit": 100,
        "email": "sandbox@example.com",
        "name": "Sandbox",
        "uuid": account_uuid,
        "email_verified": True,
        "status": "active",
        "status_message": "",
        "team": {"uuid": account_uuid, "name": "Sandbox"},
    }


def key(record: Key) -> Json:
    return record.model_dump()


def size(offer: Size) -> Json:
    return {
        "slug": offer.slug,
        "memory": offer.memory,
        "vcpus": offer.vcpus,
        "disk": offer.disk,
        "transfer": offer.transfer,
        "price_monthly": offer.price_monthly,
        "price_hourly": offer.price_hourly,
        "regions": list(offer.regions),
        "available": True,
        "description": "Basic",
        "disk_info": [{"type": "local", "size": {"amount": offer.disk, "unit": "gib"}}],
    }


def region(slug: str) -> Json:
    return {
        "slug": slug,
        "name": REGIONS[slug],
        "features": ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
        "available": True,
        "sizes": [offer.slug for offer in SIZES.values() if slug in offer.regions],
    }


def image_id(slug: str) -> int:
    """Of a distribution image: always the same number for the same slug."""
    return 100_000_000 + zlib.crc32(slug.encode()) % 100_000_000


def image(slug: str) -> Json:
    distribution, _, version = slug.partition("-")
    return {
        "id": image_id(slug),
        "name": version.replace("-x64", " x64").replace("-", "."),
        "distribution": distribution.capitalize(),
        "slug": slug,
        "public": True,
        "regions": list(REGIONS),
        "created_at": "2026-01-01T00:00:00Z",
        "min_disk_size": 7,
        "type": "base",
        "size_gigabytes": 0.5,
        "description": slug,
        "tags": [],
        "status": "available",
    }


def vpc_uuid(region_slug: str) -> str:
    """Of the region's default VPC, which every droplet is in."""
    return str(uuid.uuid5(NAMESPACE, region_slug))


def droplet(record: Droplet, status: str) -> Json:
    features = {
        "backups": record.backups,
        "ipv6": record.ipv6,
        "monitoring": record.monitoring,
        "private_networking": record.private_networking,
    }
    offer = SIZES[record.size]
    return {
        "id": record.id,
        "name": record.name,
        "memory": offer.memory,
        "vcpus": offer.vcpus,
        "disk": record.disk_gb,
        "disk_info": [{"type": "local", "size": {"amount": record.disk_gb, "unit": "gib"}}],
        # Not a sign of a pending action: the real one sets it for administrative locks only.
        "locked": False,
        "status": status,
        "created_at": moment(record.created_at),
        "features": [name for name, enabled in features.items() if enabled],
        "backup_ids": [],
        "next_backup_window": next_backup_window(record),
        "snapshot_ids": [],
        "image": image(record.image),
        "volume_ids": [],
        "size": size(offer),
        "size_slug": record.size,
        "networks": networks(record),
        "region": region(record.region),
        "tags": list(record.tags),
        "vpc_uuid": vpc_uuid(record.region),
    }


def networks(record: Droplet) -> Json:
    """The IPv6 address is a documentation address: shown, so that a refresh agrees, and not reachable."""
    gateway = str(record.address).rpartition(".")[0] + ".1"
    v4 = {"ip_address": str(record.address), "netmask": "255.255.255.0", "gateway": gateway, "type": "public"}
    v6 = {"ip_address": f"2001:db8::{record.id:x}", "netmask": 64, "gateway": "2001:db8::1", "type": "public"}
    return {"v4": [v4], "v6": [v6] if record.ipv6 else []}


def next_backup_window(record: Droplet) -> Json | None:
    if not record.backups:
        return None
    policy = record.backup_policy
    start = now().replace(hour=policy.hour, minute=0, second=0) + timedelta(days=1)
    while policy.weekday and WEEKDAYS[start.weekday()] != policy.weekday:
        start += timedelta(days=1)
    return {"start": moment(start), "end": moment(start + timedelta(hours=BACKUP_WINDOW_HOURS))}


def backup_policy(record: Droplet) -> Json:
    policy = record.backup_policy
    shown = {
        **policy.model_dump(exclude_none=True),
        "window_length_hours": BACKUP_WINDOW_HOURS,
        "retention_period_days": 7 if policy.plan == "daily" else 28,
    }
    return {
        "droplet_id": record.id,
        "backup_enabled": record.backups,
        "backup_policy": shown if record.backups else {},
        "next_backup_window": next_backup_window(record),
    }


def action(record: Action) -> Json:
    return {
        "id": record.id,
        "status": record.status,
        "type": record.type,
        "started_at": moment(record.started_at),
        "completed_at": moment(record.completed_at),
        "resource_id": record.droplet_id,
        "resource_type": "droplet",
        "region": region(record.region),
        "region_slug": record.region,
    }


def action_link(record: Action, base_url: str) -> Json:
    return {"id": record.id, "rel": record.type, "href": f"{base_url}v2/actions/{record.id}"}


def tag(name: str, tagged: list[int], base_url: str) -> Json:
    counts: Json = {"count": len(tagged)}
    if tagged:
        counts["last_tagged_uri"] = f"{base_url}v2/droplets/{tagged[-1]}"
    nothing = {other: {"count": 0} for other in ("images", "volumes", "volume_snapshots", "databases")}
    return {"name": name, "resources": {**counts, "droplets": dict(counts), **nothing}}


def firewall(record: Firewall) -> Json:
    return {
        "id": record.id,
        "name": record.name,
        # Applied before it is answered, so nothing is ever waiting.
        "status": "succeeded",
        "pending_changes": [],
        "inbound_rules": [_rule(rule, "sources") for rule in record.inbound],
        "outbound_rules": [_rule(rule, "destinations") for rule in record.outbound],
        "droplet_ids": record.droplet_ids,
        "tags": record.tags,
        "created_at": moment(record.created_at),
    }


def _rule(rule: FirewallRule, peers: str) -> Json:
    given = {name: value for name, value in rule.peers.model_dump().items() if value}
    return {"protocol": rule.protocol, "ports": rule.ports, "action": "allow", peers: given}


def domain(record: Domain) -> Json:
    lines = [f"$ORIGIN {record.name}.", f"$TTL {record.ttl}"]
    lines += [f"{entry.name} {entry.ttl} IN {entry.type} {entry.data}" for entry in record.records.values()]
    return {"name": record.name, "ttl": record.ttl, "zone_file": "\n".join(lines) + "\n"}


def domain_record(record: DomainRecord) -> Json:
    return record.model_dump()


def project(record: Project, owner_uuid: str) -> Json:
    return {
        **record.model_dump(exclude={"created_at", "updated_at"}),
        "owner_uuid": owner_uuid,
        "owner_id": 1,
        "created_at": moment(record.created_at),
        "updated_at": moment(record.updated_at),
    }


def project_resource(urn: str, assignment: Assignment | None, status: str, base_url: str) -> Json:
    _, kind, identifier = urn.split(":", 2)
    return {
        "urn": urn,
        "assigned_at": moment(assignment.assigned_at if assignment else now()),
        "links": {"self": f"{base_url}v2/{kind}s/{identifier}"},
        "status": status,
    }
