"""Droplet actions: what each asks of the machine, and the threads that do it."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.api.cloud import Cloud
from sandbox.api.errors import refused
from sandbox.api.offers import SIZES
from sandbox.api.records import Action, BackupPolicy, Droplet, State, now
from sandbox.interfaces import Hardware, Machines, MachineSpec

log = logging.getLogger("sandbox.api")

Parameters = dict[str, Any]


def _nothing(*_: Any) -> None:
    """Where an action concerns the machine only, or the record only."""


@dataclass(frozen=True)
class Kind:
    """One type of action. needs: the power state without which it is refused, with `refusal`.

    work: done on the machine. effect: what is recorded of the droplet once the work succeeded.
    """

    work: Callable[[Machines, Droplet, Parameters], None] = _nothing
    effect: Callable[[Droplet, Parameters], None] = _nothing
    needs: Literal["active", "off"] | None = None
    refusal: str = ""


def machine_spec(droplet: Droplet) -> MachineSpec:
    return MachineSpec(
        id=droplet.id,
        hostname=droplet.name,
        image=droplet.image,
        hardware=SIZES[droplet.size].hardware(droplet.disk_gb),
        address=droplet.address,
        user_data=droplet.user_data,
        root_keys=tuple(droplet.root_keys),
        ssh_delay=droplet.ssh_delay,
        apt_lock=droplet.apt_lock,
    )


def resized(droplet: Droplet, parameters: Parameters) -> Hardware:
    """The disk grows only where that was asked for: it can never shrink again."""
    size = SIZES[parameters["size"]]
    return size.hardware(None if parameters["disk"] else droplet.disk_gb)


def _power_cycle(machines: Machines, droplet: Droplet, _: Parameters) -> None:
    machines.power_off(droplet.id)
    machines.power_on(droplet.id)


def _record_resize(droplet: Droplet, parameters: Parameters) -> None:
    droplet.disk_gb = resized(droplet, parameters).disk_gb
    droplet.size = parameters["size"]


def _record_rename(droplet: Droplet, parameters: Parameters) -> None:
    droplet.name = parameters["name"]


def _record_backups(droplet: Droplet, parameters: Parameters) -> None:
    droplet.backups = True
    droplet.backup_policy = BackupPolicy.model_validate(parameters["backup_policy"] or {})


def _record_no_backups(droplet: Droplet, _: Parameters) -> None:
    droplet.backups = False


def _record_ipv6(droplet: Droplet, _: Parameters) -> None:
    droplet.ipv6 = True


IS_OFF = "Droplet is currently off. Please power it on to run this event."
IS_ON = "Droplet is currently on. Please power it off to run this event."

KINDS = {
    "create": Kind(work=lambda machines, droplet, _: machines.create(machine_spec(droplet))),
    "destroy": Kind(work=lambda machines, droplet, _: machines.delete(droplet.id)),
    "power_on": Kind(
        work=lambda machines, droplet, _: machines.power_on(droplet.id),
        needs="off",
        refusal="Droplet is already powered on.",
    ),
    "power_off": Kind(
        work=lambda machines, droplet, _: machines.power_off(droplet.id),
        needs="active",
        refusal="Droplet is already powered off.",
    ),
    # The real one does not mind a shutdown of a droplet that is off.
    "shutdown": Kind(work=lambda machines, droplet, _: machines.shutdown(droplet.id)),
    "reboot": Kind(work=lambda machines, droplet, _: machines.reboot(droplet.id), needs="active", refusal=IS_OFF),
    "power_cycle": Kind(work=_power_cycle, needs="active", refusal=IS_OFF),
    "resize": Kind(
        work=lambda machines, droplet, given: machines.resize(droplet.id, resized(droplet, given)),
        effect=_record_resize,
        needs="off",
        refusal=IS_ON,
    ),
    "rename": Kind(
        work=lambda machines, droplet, given: machines.rename(droplet.id, given["name"]), effect=_record_rename
    ),
    "enable_backups": Kind(effect=_record_backups),
    "change_backup_policy": Kind(effect=_record_backups),
    "disable_backups": Kind(effect=_record_no_backups),
    "enable_ipv6": Kind(effect=_record_ipv6),
}


class Workers:
    """One thread per action; those of one droplet run one after the other."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._turns: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        self._threads: list[threading.Thread] = []

    def begin(self, state: State, droplet: Droplet, kind: str, **parameters: Any) -> Action:
        """Record that it is pending. Raises 422 where the droplet is busy or in the wrong power state."""
        if kind != "destroy" and state.pending_actions(droplet.id):
            raise refused("Droplet already has a pending event.")
        if kind != "create":
            droplet.status = self._cloud.status(droplet)
        needs = KINDS[kind].needs
        if needs and droplet.status != needs:
            raise refused(KINDS[kind].refusal)
        action = Action(
            id=state.new_id(), type=kind, droplet_id=droplet.id, region=droplet.region, parameters=parameters
        )
        state.actions[action.id] = action
        return action

    def run(self, action: Action) -> None:
        """Start it; only once it has been recorded."""
        thread = threading.Thread(
            target=self._perform, args=(action.id,), name=f"{action.type}-{action.id}", daemon=True
        )
        self._threads = [other for other in self._threads if other.is_alive()] + [thread]
        thread.start()

    def resume(self) -> None:
        """Begin again what a killed server left half done. Every kind of work bears being repeated."""
        for action in list(self._cloud.state.actions.values()):
            if action.status == "in-progress":
                log.info("resuming %s of droplet %s", action.type, action.droplet_id)
                self.run(action)

    def wait(self, seconds: float = 60) -> None:
        """Until nothing is running, or `seconds` per action have passed."""
        for thread in list(self._threads):
            thread.join(seconds)

    def _perform(self, action_id: int) -> None:
        action = self._cloud.state.actions.get(action_id)
        if action is None:
            return
        with self._turns[action.droplet_id]:
            # Read once it is its turn: the one before may have changed or removed it.
            droplet = self._cloud.state.droplets.get(action.droplet_id)
            if droplet is None:
                return
            kind = KINDS[action.type]
            try:
                kind.work(self._cloud.machines, droplet, action.parameters)
            except Exception:
                log.exception("%s of droplet %s (%s) failed", action.type, droplet.id, droplet.name)
                self._finish(action_id, kind, succeeded=False)
            else:
                self._finish(action_id, kind, succeeded=True)

    def _finish(self, action_id: int, kind: Kind, succeeded: bool) -> None:
        with self._cloud.change() as state:
            action = state.actions.get(action_id)
            if action is None:
                return
            droplet = state.droplets[action.droplet_id]
            action.status = "completed" if succeeded else "errored"
            action.completed_at = now()
            if not succeeded:
                return
            if action.type == "destroy":
                state.forget_droplet(droplet.id)
            else:
                kind.effect(droplet, action.parameters)
