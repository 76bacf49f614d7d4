"""A kernel that computes, over the same websocket as a notebook's.

Messages: https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

import json
import time
import uuid

import websocket

from check.session import Visitor

START_SECONDS = 60
"""A first kernel on a small droplet reads its Python from a cold disk."""


class KernelError(Exception):
    """No kernel, or one that does not answer."""


def websocket_url(url: str, path: str) -> str:
    return url.replace("http", "ws", 1) + path


def compute(owner: Visitor, expression: str) -> str:
    """What a new kernel prints for `expression`; the kernel is ended after it. Raises KernelError."""
    started = owner.send("POST", "/api/kernels", {})
    if started.status_code != 201:
        raise KernelError(f"a kernel could not be started (HTTP status {started.status_code})")
    path = f"/api/kernels/{started.json()['id']}"
    try:
        connection = websocket.create_connection(
            websocket_url(owner.url, f"{path}/channels"), cookie=owner.cookies, timeout=START_SECONDS
        )
        try:
            return _result(connection, expression)
        finally:
            connection.close()
    except (websocket.WebSocketException, OSError) as error:
        raise KernelError(f"its kernel does not answer ({error})") from None
    finally:
        owner.send("DELETE", path)


def _result(connection: websocket.WebSocket, expression: str) -> str:
    request = uuid.uuid4().hex
    header = {"msg_id": request, "msg_type": "execute_request", "session": request, "username": "", "version": "5.3"}
    content = {"code": f"print({expression})", "silent": False, "store_history": False, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    connection.send(json.dumps(message))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        answer = json.loads(connection.recv())
        if answer["parent_header"].get("msg_id") != request:
            continue
        if answer["msg_type"] == "stream":
            return str(answer["content"]["text"]).strip()
        if answer["msg_type"] == "error":
            raise KernelError(f"its kernel failed: {answer['content']['ename']}")
    raise KernelError(f"its kernel did not answer within {START_SECONDS} s")
