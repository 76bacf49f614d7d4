"""Cloud firewalls: kept here, enforced by the machine as soon as they are answered."""

from typing import Any

from flask import Blueprint

from sandbox.api.cloud import cloud, find_droplet
from sandbox.api.errors import ApiError, not_found
from sandbox.api.paging import listing
from sandbox.api.records import Firewall, State
from sandbox.api.tags import require_tags
from sandbox.api.wire import answers, bodies

routes = Blueprint("firewalls", __name__, url_prefix="/v2/firewalls")


def _existing(state: State, firewall_id: str) -> Firewall:
    if firewall_id not in state.firewalls:
        raise not_found()
    return state.firewalls[firewall_id]


def _record(state: State, body: bodies.FirewallBody) -> Firewall:
    """Raises 422 where it names a tag, 404 where it names a droplet, that does not exist."""
    firewall = Firewall(
        name=body.name,
        inbound=[rule.record() for rule in body.inbound_rules or []],
        outbound=[rule.record() for rule in body.outbound_rules or []],
        droplet_ids=body.droplet_ids,
        tags=body.tags,
    )
    peers = [rule.peers for rule in (*firewall.inbound, *firewall.outbound)]
    require_tags(state, [*firewall.tags, *(tag for peer in peers for tag in peer.tags)])
    for droplet_id in (*firewall.droplet_ids, *(id for peer in peers for id in peer.droplet_ids)):
        find_droplet(state, droplet_id)
    return firewall


def _require_free_name(state: State, firewall: Firewall) -> None:
    if any(other.name == firewall.name and other.id != firewall.id for other in state.firewalls.values()):
        raise ApiError(409, "duplicate name")


@routes.get("")
def list_firewalls() -> dict[str, Any]:
    return listing("firewalls", list(cloud.state.firewalls.values()), answers.firewall)


@routes.post("")
def create_firewall() -> tuple[dict[str, Any], int]:
    body = bodies.read(bodies.FirewallBody)
    with cloud.change() as state:
        firewall = _record(state, body)
        _require_free_name(state, firewall)
        state.firewalls[firewall.id] = firewall
    return {"firewall": answers.firewall(firewall)}, 202


@routes.get("/<firewall_id>")
def read_firewall(firewall_id: str) -> dict[str, Any]:
    return {"firewall": answers.firewall(_existing(cloud.state, firewall_id))}


@routes.put("/<firewall_id>")
def replace_firewall(firewall_id: str) -> dict[str, Any]:
    """All of it: what the body leaves out is gone."""
    body = bodies.read(bodies.FirewallBody)
    with cloud.change() as state:
        old = _existing(state, firewall_id)
        firewall = _record(state, body).model_copy(update={"id": old.id, "created_at": old.created_at})
        _require_free_name(state, firewall)
        state.firewalls[firewall.id] = firewall
    return {"firewall": answers.firewall(firewall)}


@routes.delete("/<firewall_id>")
def delete_firewall(firewall_id: str) -> tuple[str, int]:
    with cloud.change() as state:
        del state.firewalls[_existing(state, firewall_id).id]
    return "", 204


@routes.post("/<firewall_id>/droplets")
def add_droplets(firewall_id: str) -> tuple[str, int]:
    body = bodies.read(bodies.FirewallDroplets)
    with cloud.change() as state:
        firewall = _existing(state, firewall_id)
        added = [find_droplet(state, droplet_id).id for droplet_id in body.droplet_ids]
        firewall.droplet_ids = list(dict.fromkeys([*firewall.droplet_ids, *added]))
    return "", 204


@routes.delete("/<firewall_id>/droplets")
def remove_droplets(firewall_id: str) -> tuple[str, int]:
    body = bodies.read(bodies.FirewallDroplets)
    with cloud.change() as state:
        firewall = _existing(state, firewall_id)
        firewall.droplet_ids = [id for id in firewall.droplet_ids if id not in body.droplet_ids]
    return "", 204


@routes.post("/<firewall_id>/tags")
def add_tags(firewall_id: str) -> tuple[str, int]:
    body = bodies.read(bodies.FirewallTags)
    with cloud.change() as state:
        firewall = _existing(state, firewall_id)
        require_tags(state, body.tags)
        firewall.tags = list(dict.fromkeys([*firewall.tags, *body.tags]))
    return "", 204


@routes.delete("/<firewall_id>/tags")
def remove_tags(firewall_id: str) -> tuple[str, int]:
    body = bodies.read(bodies.FirewallTags)
    with cloud.change() as state:
        firewall = _existing(state, firewall_id)
        firewall.tags = [tag for tag in firewall.tags if tag not in body.tags]
    return "", 204
