"""Tags and what bears them: droplets only, so far."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, request

from sandbox.api.cloud import cloud, find_droplet
from sandbox.api.errors import not_found, refused
from sandbox.api.paging import listing
from sandbox.api.records import Droplet, Firewall, State, Target, now
from sandbox.api.wire import answers, bodies

routes = Blueprint("tags", __name__, url_prefix="/v2/tags")


def ensure_tag(state: State, name: str) -> str:
    """Make it if there is none; the spelling of its first use stays."""
    for existing in state.tags:
        if existing.lower() == name.lower():
            return existing
    state.tags[name] = now()
    return name


def existing_tag(state: State, name: str) -> str:
    """Raises 404."""
    if name not in state.tags:
        raise not_found()
    return name


def require_tags(state: State, names: Iterable[str]) -> None:
    """For what may only name tags that exist. Raises 422."""
    missing = sorted(set(names) - set(state.tags))
    if missing:
        raise refused(f"tags do not exist: {', '.join(missing)}")


def _shape(name: str) -> dict[str, Any]:
    tagged = [droplet.id for droplet in cloud.state.droplets.values() if name in droplet.tags]
    return answers.tag(name, tagged, request.host_url)


@routes.get("")
def list_tags() -> dict[str, Any]:
    return listing("tags", list(cloud.state.tags), _shape)


@routes.post("")
def create_tag() -> tuple[dict[str, Any], int]:
    body = bodies.read(bodies.TagCreate)
    with cloud.change() as state:
        name = ensure_tag(state, body.name)
    return {"tag": _shape(name)}, 201


@routes.get("/<name>")
def read_tag(name: str) -> dict[str, Any]:
    return {"tag": _shape(existing_tag(cloud.state, name))}


@routes.delete("/<name>")
def delete_tag(name: str) -> tuple[str, int]:
    """It comes off everything that bears it."""
    with cloud.change() as state:
        del state.tags[existing_tag(state, name)]
        firewalls = state.firewalls.values()
        peers = [rule.peers for firewall in firewalls for rule in (*firewall.inbound, *firewall.outbound)]
        bearers: list[Droplet | Firewall | Target] = [*state.droplets.values(), *firewalls, *peers]
        for bearer in bearers:
            bearer.tags = [tag for tag in bearer.tags if tag != name]
    return "", 204


@routes.post("/<name>/resources")
def tag_resources(name: str) -> tuple[str, int]:
    body = bodies.read(bodies.TaggedResources)
    with cloud.change() as state:
        existing_tag(state, name)
        for droplet in _droplets(state, body):
            if name not in droplet.tags:
                droplet.tags.append(name)
    return "", 204


@routes.delete("/<name>/resources")
def untag_resources(name: str) -> tuple[str, int]:
    body = bodies.read(bodies.TaggedResources)
    with cloud.change() as state:
        existing_tag(state, name)
        for droplet in _droplets(state, body):
            droplet.tags = [tag for tag in droplet.tags if tag != name]
    return "", 204


def _droplets(state: State, body: bodies.TaggedResources) -> list[Droplet]:
    for resource in body.resources:
        if resource.resource_type != "droplet":
            raise refused(f"the sandbox does not imitate tags on resources of type {resource.resource_type}")
        if not resource.resource_id.isdecimal():
            raise not_found()
    return [find_droplet(state, int(resource.resource_id)) for resource in body.resources]
