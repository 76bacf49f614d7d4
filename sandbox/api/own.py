"""What the real API does not have, outside /v2: is it ours, and faults on request."""

import os
from typing import Any

from flask import Blueprint

from sandbox.api.cloud import cloud, find_droplet
from sandbox.api.faults import Fault, VanishFault
from sandbox.api.wire import bodies

routes = Blueprint("own", __name__, url_prefix="/sandbox")

SERVICE = "jupyter-anywhere sandbox"
VERSION = 1  # of what stands under /sandbox


@routes.get("/health")
def health() -> dict[str, Any]:
    """For callers that must know whether what listens here is theirs. Asks for no token."""
    config = cloud.config
    return {
        "service": SERVICE,
        "version": VERSION,
        "name": config.name,
        "home": str(config.home),
        "pid": os.getpid(),
    }


@routes.get("/faults")
def list_faults() -> dict[str, Any]:
    return {"faults": cloud.faults.waiting()}


@routes.post("/faults")
def add_fault() -> tuple[dict[str, Any], int]:
    fault = bodies.read(Fault).root
    if isinstance(fault, VanishFault):
        _vanish(fault.droplet)
    else:
        cloud.faults.add(fault)
    return {"fault": fault.model_dump()}, 201


@routes.delete("/faults")
def clear_faults() -> tuple[str, int]:
    cloud.faults.clear()
    return "", 204


def _vanish(droplet_id: int) -> None:
    find_droplet(cloud.state, droplet_id)
    cloud.machines.delete(droplet_id)
    with cloud.change() as state:
        state.forget_droplet(droplet_id)
