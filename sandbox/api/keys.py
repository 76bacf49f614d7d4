"""SSH keys of the account, by number or by fingerprint."""

import base64
import binascii
import hashlib
from typing import Any

from flask import Blueprint

from sandbox.api.cloud import cloud
from sandbox.api.errors import not_found, refused
from sandbox.api.paging import listing
from sandbox.api.records import Key, State
from sandbox.api.wire import answers, bodies

routes = Blueprint("keys", __name__, url_prefix="/v2/account/keys")


def fingerprint(public_key: str) -> str:
    """MD5, as DigitalOcean names keys. Raises 422 for what is no OpenSSH public key."""
    try:
        kind, blob = public_key.split()[:2]
        raw = base64.b64decode(blob, validate=True)
    except (ValueError, binascii.Error):
        raise refused("Key invalid, key should be of the format `type key [comment]`") from None
    # The blob begins with its own type: cut or mixed-up keys are found here.
    if raw[4 : 4 + len(kind)] != kind.encode():
        raise refused("Key invalid, key should be of the format `type key [comment]`")
    digest = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))


def find_key(state: State, id_or_fingerprint: str | int) -> Key | None:
    wanted = str(id_or_fingerprint)
    return next((key for key in state.keys.values() if wanted in (str(key.id), key.fingerprint)), None)


def _existing(state: State, id_or_fingerprint: str) -> Key:
    key = find_key(state, id_or_fingerprint)
    if key is None:
        raise not_found()
    return key


@routes.get("")
def list_keys() -> dict[str, Any]:
    return listing("ssh_keys", list(cloud.state.keys.values()), answers.key)


@routes.post("")
def create_key() -> tuple[dict[str, Any], int]:
    body = bodies.read(bodies.KeyCreate)
    print_ = fingerprint(body.public_key)
    with cloud.change() as state:
        if find_key(state, print_):
            raise refused("SSH Key is already in use on your account")
        key = Key(id=state.new_id(), name=body.name, public_key=body.public_key, fingerprint=print_)
        state.keys[key.id] = key
    return {"ssh_key": answers.key(key)}, 201


@routes.get("/<id_or_fingerprint>")
def read_key(id_or_fingerprint: str) -> dict[str, Any]:
    return {"ssh_key": answers.key(_existing(cloud.state, id_or_fingerprint))}


@routes.put("/<id_or_fingerprint>")
def rename_key(id_or_fingerprint: str) -> dict[str, Any]:
    body = bodies.read(bodies.KeyUpdate)
    with cloud.change() as state:
        key = _existing(state, id_or_fingerprint)
        key.name = body.name
    return {"ssh_key": answers.key(key)}


@routes.delete("/<id_or_fingerprint>")
def delete_key(id_or_fingerprint: str) -> tuple[str, int]:
    with cloud.change() as state:
        del state.keys[_existing(state, id_or_fingerprint).id]
    return "", 204
