"""Lists as DigitalOcean pages them: `?page=&per_page=`, `links`, `meta.total`."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request

from sandbox.api.errors import ApiError

Item = TypeVar("Item")
DEFAULT_PER_PAGE = 20
MAX_PER_PAGE = 200


def listing(root: str, items: Sequence[Item], shape: Callable[[Item], Any]) -> dict[str, Any]:
    """The page that was asked for; only its items are shaped."""
    page = _number("page", default=1, most=None)
    per_page = _number("per_page", default=DEFAULT_PER_PAGE, most=MAX_PER_PAGE)
    last = max(1, -(-len(items) // per_page))
    first_index = (page - 1) * per_page
    return {
        root: [shape(item) for item in items[first_index : first_index + per_page]],
        "links": _links(page, last),
        "meta": {"total": len(items)},
    }


def _number(name: str, default: int, most: int | None) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdecimal() or int(text) < 1 or (most and int(text) > most):
        raise ApiError(400, f"{name} must be a number from 1{f' to {most}' if most else ''}.")
    return int(text)


def _links(page: int, last: int) -> dict[str, Any]:
    pages: dict[str, str] = {}
    if page > 1:
        pages |= {"first": _url(1), "prev": _url(min(page - 1, last))}
    if page < last:
        pages |= {"next": _url(page + 1), "last": _url(last)}
    return {"pages": pages} if pages else {}


def _url(page: int) -> str:
    return f"{request.base_url}?{urlencode({**request.args, 'page': page})}"
