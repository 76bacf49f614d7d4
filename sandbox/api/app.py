"""The API as one WSGI application."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from sandbox.api import (
    catalog,
    domain_records,
    domains,
    droplet_actions,
    droplets,
    firewalls,
    keys,
    manners,
    own,
    projects,
    tags,
)
from sandbox.api.cloud import Cloud
from sandbox.api.store import Store
from sandbox.api.work import Workers
from sandbox.config import SandboxConfig
from sandbox.interfaces import Firewall, Machines, Names

RESOURCES = (
    catalog, keys, tags, droplets, droplet_actions, firewalls, domains, domain_records, projects, own,
)  # fmt: skip


def create_app(config: SandboxConfig, token: str, machines: Machines, firewall: Firewall, names: Names) -> Flask:
    """The API of the account in `config.home`, for callers that have `token`.

    Filters and names are in force when it returns; work that a killed server left half done goes
    on in the background. Raises SandboxError where the account's file cannot be read.
    """
    app = Flask("sandbox", static_folder=None)
    app.json = _KeepOrder(app)
    cloud = Cloud(config, Store(config.home / "cloud.json"), machines, firewall, names)
    workers = Workers(cloud)
    app.extensions |= {"sandbox-cloud": cloud, "sandbox-workers": workers}
    manners.install(app, token, config.home / "requests.log")
    for resource in RESOURCES:
        app.register_blueprint(resource.routes)
    with cloud.change():
        pass
    workers.resume()
    return app


class _KeepOrder(DefaultJSONProvider):
    """Fields in the order in which `wire.answers` has them."""

    sort_keys = False
