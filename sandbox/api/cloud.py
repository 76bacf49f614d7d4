"""One account on one machine: its state, and the machine kept equal to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from sandbox.api import effects
from sandbox.api.errors import not_found
from sandbox.api.faults import Faults
from sandbox.api.records import Droplet, DropletStatus, State
from sandbox.api.store import Store
from sandbox.config import SandboxConfig
from sandbox.interfaces import Firewall, Machines, Names


@dataclass
class Cloud:
    config: SandboxConfig
    store: Store
    machines: Machines
    firewall: Firewall
    names: Names
    faults: Faults = field(default_factory=Faults)
    _applied: tuple[object, object] = (None, None)

    @property
    def state(self) -> State:
        """To read, not to change."""
        return self.store.state

    @contextmanager
    def change(self) -> Iterator[State]:
        """Change the state, all or nothing. Filters and names are in force before it is visible,
        so that no droplet ever starts unfiltered."""
        with self.store.change() as draft:
            yield draft
            self._apply(draft)

    def _apply(self, state: State) -> None:
        rules, zones = effects.firewall_rules(state), effects.zones(state)
        applied_rules, applied_zones = self._applied
        if rules != applied_rules:
            self.firewall.apply(rules)
            self._applied = (rules, applied_zones)
        if zones != applied_zones:
            self.names.serve(zones)
            self._applied = (rules, zones)

    def status(self, droplet: Droplet) -> DropletStatus:
        """As the machine says; while an action is pending, what it was before, so that nobody
        sees "off" and asks for the next action too early."""
        if self.state.pending_actions(droplet.id):
            return droplet.status
        return "active" if self.machines.state(droplet.id) == "active" else "off"


def find_droplet(state: State, droplet_id: int) -> Droplet:
    """Raises 404."""
    if droplet_id not in state.droplets:
        raise not_found()
    return state.droplets[droplet_id]


# The account that this request is about.
cloud = cast(Cloud, LocalProxy(lambda: current_app.extensions["sandbox-cloud"]))
