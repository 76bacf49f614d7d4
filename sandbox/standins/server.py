"""What droplets download and this machine cannot: installers, from the machine's address on the bridge.

Port 80, because that is what a converged droplet may reach; on the bridge only.
"""

import errno
import threading
from pathlib import Path

import flask
import waitress

from sandbox.config import SandboxConfig, SandboxError

INSTALLERS = Path(__file__).resolve().parent


def create_app() -> flask.Flask:
    app = flask.Flask("installers", static_folder=None)

    @app.get("/<name>")
    def installer(name: str) -> flask.Response:
        if not name.endswith(".sh"):
            flask.abort(404)
        return flask.send_from_directory(INSTALLERS, name, mimetype="application/octet-stream")

    return app


def serve_installers(config: SandboxConfig) -> None:
    """Serve in the background until the process ends. Raises SandboxError if the address is taken."""
    try:
        server = waitress.create_server(create_app(), host=str(config.gateway), port=80, threads=4, ident=None)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise SandboxError(
            f"Port 80 of {config.gateway} is taken by another program of this machine.\n"
            "Droplets download their installers there: stop that program, or have it listen on its own address only."
        ) from error
    threading.Thread(target=server.run, daemon=True).start()
