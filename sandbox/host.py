"""The machine's side of a sandbox as one: droplets, their network, firewall and names.

Droplets and their daemon outlive the process that calls `start`; the next `start` picks them up.
"""

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass, replace

from sandbox.config import SandboxConfig, SandboxError
from sandbox.machines import daemon, image, leftovers, packages, quota
from sandbox.machines.droplets import Droplets
from sandbox.machines.project import POOL
from sandbox.machines.registries import of_this_machine
from sandbox.network import bridge, firewall, passage
from sandbox.network.dns import DnsServer
from sandbox.network.firewall import NftablesFirewall


@dataclass(frozen=True)
class Host:
    machines: Droplets
    firewall: NftablesFirewall
    names: DnsServer

    def close(self) -> None:
        """Stop answering for names in this process; droplets go on."""
        self.names.stop()


def start(config: SandboxConfig, known: Collection[int] | None = None) -> Host:
    """Everything up, and the droplets that were active when it was stopped, or killed.

    known: ids of the account's droplets; others that bear its name are cleared, unless they are of
    another home that is still there. Takes about a minute the first time, then a second. Raises SandboxError.
    """
    require()
    packages.ensure(packages.NETWORK)
    previous = bridge.cache_of(config)
    if previous and previous != config.cache:
        stop(replace(config, cache=previous))
    bridge.check(config)
    for release in image.RELEASES.values():
        bridge.check_names(config, of_this_machine(release.codename).hosts())
    machines = Droplets(config, daemon.ensure(config))
    _refuse_anothers(config, machines)
    bridge.ensure(config)
    firewall.ensure(config)
    passage.ensure(config)
    names = DnsServer(config)
    names.start()
    try:
        for slug in image.RELEASES:
            machines.provide(slug)
        quota.keep(daemon.directory(config) / "storage-pools" / POOL)
        machines.resume(known)
    except BaseException:
        names.stop()
        raise
    return Host(machines, NftablesFirewall(config), names)


def stop(config: SandboxConfig) -> None:
    """Droplets off, to be resumed by the next start; nothing of the sandbox left on the machine
    but files in the cache. Not an error when it is stopped already, or was killed."""
    _stop(config, for_good=False)


def remove(config: SandboxConfig) -> None:
    """Like `stop`, and the droplets are gone with their disks."""
    _stop(config, for_good=True)


def clear(config: SandboxConfig) -> None:
    """Like `remove`, whichever home the droplets are of: for tests, whose names nobody else uses."""
    running = daemon.running(config)
    if running:
        Droplets(config, running).destroy_everyones()
    remove(config)


def require() -> None:
    """SandboxError where the sandbox cannot run."""
    if sys.platform != "linux":
        reason = "needs Linux: its droplets are Linux containers"
    elif os.geteuid() != 0:
        reason = "needs root: it makes networks and mounts (try sudo)"
    else:
        return
    raise SandboxError(f"The sandbox {reason}.\nA real droplet instead: make init && make up STACK=dev")


def _stop(config: SandboxConfig, for_good: bool) -> None:
    require()
    running = daemon.running(config)
    if not running and for_good and daemon.directory(config).exists():
        running = daemon.ensure(config)  # the disks are its to delete
    if running:
        machines = Droplets(config, running)
        _refuse_anothers(config, machines)
        if for_good:
            machines.destroy()
            daemon.withdraw(config)
        else:
            machines.suspend()
    leftovers.kill_droplets(config.name)
    leftovers.remove_groups(config.name)
    passage.remove(config)
    firewall.remove(config)
    bridge.remove(config)
    if not bridge.others(config):
        daemon.shut_down(config)


def _refuse_anothers(config: SandboxConfig, machines: Droplets) -> None:
    if home := machines.other_home():
        raise SandboxError(
            f"The droplets named {config.name}-… are those of another sandbox, whose folder is {home}.\n"
            "Remove it (make down, in its clone), or use another name, network and port: export "
            "JUPYTER_SANDBOX_NAME=second JUPYTER_SANDBOX_SUBNET=198.18.77.0/24 "
            f"JUPYTER_SANDBOX_PORT={config.api_port + 1}"
        )
