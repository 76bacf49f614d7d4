"""Jupyter from outside: closed to a stranger, open to its owner."""

from collections.abc import Callable, Iterator

import requests
import websocket

from check.kernel import KernelError, compute, websocket_url
from check.report import Finding
from check.session import TIMEOUT_SECONDS, Visitor

CLOSED = (
    "/tree",
    "/lab",
    "/files/",
    "/api/contents",
    "/api/kernels",
    "/api/kernelspecs",
    "/api/sessions",
    "/api/status",
    "/api/terminals",
    "/api/me",
)
"""What must be out of reach without the password: notebooks, kernels, shells.."""

CLOSED_SOCKETS = ("/api/kernels/00000000-0000-0000-0000-000000000000/channels", "/terminals/websocket/1")

LOOK = "On the server: systemctl status jupyter; journalctl -u jupyter"
AGAIN = "Converge again: make converge"


def findings(url: str, password: str) -> Iterator[Finding]:
    """url: scheme, host and port of the server."""
    yield closed_to_strangers(url)
    yield _finding("A wrong password is refused", _accepts_anything, url)
    yield _finding("The owner's password opens a kernel that computes", _does_not_compute, url, password)


def closed_to_strangers(url: str) -> Finding:
    what = "Without the password nothing of notebooks, kernels and terminals is reachable"
    return _finding(what, _open_paths, url)


def _finding(what: str, fault: Callable[..., str], *arguments: str) -> Finding:
    try:
        return Finding(what, fault(*arguments))
    except requests.RequestException as error:
        return Finding(what, f"it could not be asked ({type(error).__name__}). {LOOK}")


def _open_paths(url: str) -> str:
    with Visitor(url) as stranger:
        answered = [path for path in CLOSED if not _refused(stranger.get(path))]
    answered += [path for path in CLOSED_SOCKETS if _opens_socket(url, path)]
    return f"{', '.join(answered)} answered. {AGAIN}" if answered else ""


def _refused(answer: requests.Response) -> bool:
    to_login = answer.status_code in (301, 302) and "/login" in answer.headers.get("Location", "")
    return to_login or answer.status_code in (401, 403, 404, 405)


def _opens_socket(url: str, path: str) -> bool:
    try:
        websocket.create_connection(websocket_url(url, path), timeout=TIMEOUT_SECONDS).close()
    except (websocket.WebSocketException, OSError):
        return False
    return True


def _accepts_anything(url: str) -> str:
    with Visitor(url) as stranger:
        return f"it was let in. {AGAIN}" if stranger.log_in("not the password") else ""


def _does_not_compute(url: str, password: str) -> str:
    with Visitor(url) as owner:
        if not owner.log_in(password):
            return f"the password was refused. {AGAIN}"
        try:
            printed = compute(owner, "6 * 7")
        except KernelError as error:
            return f"{error}. {LOOK}"
    return "" if printed == "42" else f"6 * 7 gave {printed[:40]!r}. {LOOK}"
