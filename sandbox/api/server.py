"""The API as a server on loopback."""

import errno
import logging
import socket

import waitress

from sandbox.api.app import create_app
from sandbox.api.store import Store
from sandbox.config import SandboxConfig, SandboxError
from sandbox.interfaces import Firewall, Machines, Names

log = logging.getLogger("sandbox.api")

# A call may be made to sleep on request: the others must still get through.
THREADS = 16


def run(config: SandboxConfig, token: str, machines: Machines, firewall: Firewall, names: Names) -> None:
    """Serve until the process ends. The account survives any end, kill -9 too.

    Raises SandboxError if the port is taken.
    """
    # Bound before the account is touched: a second server on the same home must stop here.
    with _bound(config.api_port) as listener:
        app = create_app(config, token, machines, firewall, names)
        log.info("%s answers on %s", config.name, config.api_url)
        waitress.serve(app, sockets=[listener], threads=THREADS, ident=None, clear_untrusted_proxy_headers=True)


def require_port(config: SandboxConfig) -> None:
    """Raises SandboxError if the port is taken."""
    _bound(config.api_port).close()


def known_droplets(config: SandboxConfig) -> list[int]:
    """Ids of the account's droplets. Raises SandboxError where its file cannot be read."""
    return list(Store(config.home / "cloud.json").state.droplets)


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SandboxError(
            f"Port {port} on 127.0.0.1 is taken, by another sandbox perhaps.\n"
            f"Choose another one: export JUPYTER_SANDBOX_PORT={port + 1}"
        ) from error
