"""Actions on droplets: power, resize, rename, backups, IPv6; and how far each has come."""

from typing import Any, cast

from flask import Blueprint, current_app
from werkzeug.local import LocalProxy

from sandbox.api.cloud import cloud, find_droplet
from sandbox.api.errors import not_found, refused
from sandbox.api.offers import SIZES
from sandbox.api.paging import listing
from sandbox.api.records import Action, Droplet
from sandbox.api.wire import answers, bodies
from sandbox.api.work import KINDS, Workers

routes = Blueprint("droplet_actions", __name__, url_prefix="/v2")

workers = cast(Workers, LocalProxy(lambda: current_app.extensions["sandbox-workers"]))

# They have routes of their own.
NOT_BY_POST = ("create", "destroy")


@routes.post("/droplets/<int:droplet_id>/actions")
def begin_action(droplet_id: int) -> tuple[dict[str, Any], int]:
    body = bodies.read(bodies.DropletAction)
    if body.type not in KINDS or body.type in NOT_BY_POST:
        raise refused(f"the sandbox does not imitate the droplet action {body.type!r}")
    with cloud.change() as state:
        droplet = find_droplet(state, droplet_id)
        action = workers.begin(state, droplet, body.type, **_parameters(body, droplet))
    workers.run(action)
    return {"action": answers.action(action)}, 201


def _parameters(body: bodies.DropletAction, droplet: Droplet) -> dict[str, Any]:
    """What the work needs to know. Raises 422 for what this droplet cannot become."""
    match body.type:
        case "resize":
            if body.size not in SIZES or droplet.region not in SIZES[body.size].regions:
                raise refused("You specified an invalid size for this Droplet.")
            if SIZES[body.size].disk < droplet.disk_gb:
                raise refused("Size can not decrease size of Droplet's disk image")
            return {"size": body.size, "disk": body.disk}
        case "rename":
            if body.name is None:
                raise refused("Name can't be blank")
            return {"name": body.name}
        case "enable_backups" | "change_backup_policy":
            if body.type == "change_backup_policy" and not (droplet.backups and body.backup_policy):
                raise refused("Backups must be enabled and a backup policy given to change it.")
            return {"backup_policy": body.backup_policy.model_dump() if body.backup_policy else None}
        case _:
            return {}


def _newest_first(droplet_id: int | None = None) -> list[Action]:
    return [
        action
        for action in reversed(cloud.state.actions.values())
        if droplet_id is None or action.droplet_id == droplet_id
    ]


@routes.get("/droplets/<int:droplet_id>/actions")
def list_droplet_actions(droplet_id: int) -> dict[str, Any]:
    find_droplet(cloud.state, droplet_id)
    return listing("actions", _newest_first(droplet_id), answers.action)


@routes.get("/droplets/<int:droplet_id>/actions/<int:action_id>")
def read_droplet_action(droplet_id: int, action_id: int) -> dict[str, Any]:
    action = cloud.state.actions.get(action_id)
    if action is None or action.droplet_id != droplet_id:
        raise not_found()
    return {"action": answers.action(action)}


@routes.get("/actions")
def list_actions() -> dict[str, Any]:
    return listing("actions", _newest_first(), answers.action)


@routes.get("/actions/<int:action_id>")
def read_action(action_id: int) -> dict[str, Any]:
    action = cloud.state.actions.get(action_id)
    if action is None:
        raise not_found()
    return {"action": answers.action(action)}
