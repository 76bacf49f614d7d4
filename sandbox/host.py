"""The machine's side of a sandbox as one: droplets, their network, firewall and names.

Droplets and their daemon outlive the process that calls `start`; the next `start` picks them up.
"""

from dataclasses import dataclass

from sandbox.config import SandboxConfig
from sandbox.machines import daemon
from sandbox.machines.droplets import Droplets
from sandbox.network import bridge, firewall
from sandbox.network.dns import DnsServer
from sandbox.network.firewall import NftablesFirewall


@dataclass(frozen=True)
class Host:
    machines: Droplets
    firewall: NftablesFirewall
    names: DnsServer


def start(config: SandboxConfig) -> Host:
    bridge.ensure(config)
    rules = NftablesFirewall(config)
    rules.apply({})
    machines = Droplets(config, daemon.ensure(config))
    machines.provide("debian-12-x64")
    names = DnsServer(config)
    names.start()
    return Host(machines, rules, names)
