"""Droplets: create, read, list, delete. What happens to them in between is in `droplet_actions`."""

from typing import Any

from flask import Blueprint, request

from sandbox.api import effects
from sandbox.api.addresses import allocate
from sandbox.api.catalog import image_slug
from sandbox.api.cloud import cloud, find_droplet
from sandbox.api.droplet_actions import workers
from sandbox.api.errors import refused
from sandbox.api.keys import find_key
from sandbox.api.offers import REGIONS, SIZES
from sandbox.api.paging import listing
from sandbox.api.records import BackupPolicy, Droplet, State
from sandbox.api.tags import ensure_tag
from sandbox.api.wire import answers, bodies

routes = Blueprint("droplets", __name__, url_prefix="/v2/droplets")


def _shape(droplet: Droplet) -> dict[str, Any]:
    return answers.droplet(droplet, cloud.status(droplet))


@routes.post("")
def create_droplet() -> tuple[dict[str, Any], int]:
    """Answers at once; the machine is made in the background."""
    body = bodies.read(bodies.DropletCreate)
    with cloud.change() as state:
        droplet = _ordered(state, body)
        boot = cloud.faults.next_boot()
        droplet.ssh_delay, droplet.apt_lock = boot.ssh_delay, boot.apt_lock
        state.droplets[droplet.id] = droplet
        action = workers.begin(state, droplet, "create")
    shape = _shape(droplet)
    workers.run(action)
    return {"droplet": shape, "links": {"actions": [answers.action_link(action, request.host_url)]}}, 202


def _ordered(state: State, body: bodies.DropletCreate) -> Droplet:
    """The droplet that was asked for. Raises 422 for what cannot be had."""
    region = next((slug for slug in REGIONS if slug.startswith(body.region or "")), None)
    if region is None:
        raise refused("You specified an invalid region for Droplet creation.")
    if body.size not in SIZES:
        raise refused("You specified an invalid size for Droplet creation.")
    if region not in SIZES[body.size].regions:
        raise refused("Size is not available in this region.")
    image = image_slug(body.image)
    if image is None:
        raise refused("You specified an invalid image for Droplet creation.")
    keys = {given: find_key(state, given) for given in body.ssh_keys}
    unknown = [str(given) for given, key in keys.items() if key is None]
    if unknown:
        raise refused(f"{', '.join(unknown)} are invalid key identifiers for Droplet creation.")
    if body.vpc_uuid and body.vpc_uuid != answers.vpc_uuid(region):
        raise refused("the sandbox does not imitate VPCs other than each region's default")
    return Droplet(
        id=state.new_id(),
        name=body.name,
        region=region,
        size=body.size,
        image=image,
        disk_gb=SIZES[body.size].disk,
        address=allocate(state, cloud.config.subnet),
        tags=[ensure_tag(state, tag) for tag in body.tags],
        backups=body.backups,
        backup_policy=BackupPolicy.model_validate(body.backup_policy.model_dump() if body.backup_policy else {}),
        ipv6=body.ipv6,
        monitoring=body.monitoring,
        private_networking=body.private_networking,
        root_keys=[key.public_key.strip() for key in keys.values() if key],
        user_data=body.user_data,
    )


@routes.get("")
def list_droplets() -> dict[str, Any]:
    return listing("droplets", _matching(cloud.state), _shape)


def _matching(state: State) -> list[Droplet]:
    """Those that `?tag_name=` or `?name=` ask for."""
    tag, name = request.args.get("tag_name"), request.args.get("name")
    return [
        droplet
        for droplet in state.droplets.values()
        if (tag is None or tag in droplet.tags) and (name is None or name == droplet.name)
    ]


@routes.get("/<int:droplet_id>")
def read_droplet(droplet_id: int) -> dict[str, Any]:
    return {"droplet": _shape(find_droplet(cloud.state, droplet_id))}


@routes.delete("/<int:droplet_id>")
def delete_droplet(droplet_id: int) -> tuple[str, int]:
    find_droplet(cloud.state, droplet_id)
    _destroy(droplet_id)
    return "", 204


@routes.delete("")
def delete_droplets_by_tag() -> tuple[str, int]:
    if not request.args.get("tag_name"):
        raise refused("tag_name is missing: which droplets?")
    for droplet in _matching(cloud.state):
        _destroy(droplet.id)
    return "", 204


def _destroy(droplet_id: int) -> None:
    """In the background, after what it is busy with. It is to be seen until it is really gone."""
    with cloud.change() as state:
        droplet = find_droplet(state, droplet_id)
        if any(action.type == "destroy" for action in state.pending_actions(droplet_id)):
            return
        action = workers.begin(state, droplet, "destroy")
    workers.run(action)


@routes.get("/<int:droplet_id>/firewalls")
def list_droplet_firewalls(droplet_id: int) -> dict[str, Any]:
    droplet = find_droplet(cloud.state, droplet_id)
    covering = [firewall for firewall in cloud.state.firewalls.values() if effects.covers(firewall, droplet)]
    return listing("firewalls", covering, answers.firewall)


@routes.get("/<int:droplet_id>/backups/policy")
def read_backup_policy(droplet_id: int) -> dict[str, Any]:
    return {"policy": answers.backup_policy(find_droplet(cloud.state, droplet_id))}
