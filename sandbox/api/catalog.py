"""What can be bought and by whom: account, sizes, regions, images."""

from typing import Any

from flask import Blueprint, request

from sandbox.api.cloud import cloud
from sandbox.api.errors import not_found
from sandbox.api.offers import REGIONS, SIZES
from sandbox.api.paging import listing
from sandbox.api.wire import answers

routes = Blueprint("catalog", __name__, url_prefix="/v2")


@routes.get("/account")
def read_account() -> dict[str, Any]:
    return {"account": answers.account(cloud.state.account_uuid)}


@routes.get("/sizes")
def list_sizes() -> dict[str, Any]:
    return listing("sizes", list(SIZES.values()), answers.size)


@routes.get("/regions")
def list_regions() -> dict[str, Any]:
    return listing("regions", list(REGIONS), answers.region)


@routes.get("/images")
def list_images() -> dict[str, Any]:
    """All are public distribution images: asked for others, there are none."""
    others = request.args.get("private") == "true" or request.args.get("type", "distribution") != "distribution"
    return listing("images", [] if others else sorted(cloud.machines.images()), answers.image)


@routes.get("/images/<slug_or_id>")
def read_image(slug_or_id: str) -> dict[str, Any]:
    slug = image_slug(slug_or_id)
    if slug is None:
        raise not_found()
    return {"image": answers.image(slug)}


def image_slug(slug_or_id: str | int) -> str | None:
    """The bootable image of that slug or number."""
    for slug in cloud.machines.images():
        if str(slug_or_id) in (slug, str(answers.image_id(slug))):
            return slug
    return None
