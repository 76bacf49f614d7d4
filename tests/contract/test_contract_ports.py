"""The table of ports: who may reach what, and which firewall narrows it."""

import pytest

from contract.ports import EVERYWHERE, Port, host_sources, port_table, sources

HOME = ("198.51.100.7/32",)


def named(name: str, *, cloud_firewall: bool) -> Port:
    return next(port for port in port_table(8888, cloud_firewall=cloud_firewall) if port.name == name)


def test_ssh_and_the_chosen_port_are_open_and_nothing_else() -> None:
    assert [(port.name, port.number, port.protocol) for port in port_table(9443, cloud_firewall=True)] == [
        ("ssh", 22, "tcp"),
        ("jupyter", 9443, "tcp"),
    ]


@pytest.mark.parametrize("name", ["ssh", "jupyter"])
@pytest.mark.parametrize("cloud_firewall", [True, False])
def test_without_an_allow_list_everybody_reaches_it(name: str, cloud_firewall: bool) -> None:
    port = named(name, cloud_firewall=cloud_firewall)
    assert sources(port, ()) == host_sources(port, ()) == EVERYWHERE


@pytest.mark.parametrize("name", ["ssh", "jupyter"])
def test_the_outermost_firewall_narrows_to_the_allow_list(name: str) -> None:
    assert sources(named(name, cloud_firewall=True), HOME) == HOME


def test_behind_a_cloud_firewall_the_host_leaves_ssh_open() -> None:
    # A changed allow-list could otherwise never be converged.
    assert host_sources(named("ssh", cloud_firewall=True), HOME) == EVERYWHERE


def test_without_a_cloud_firewall_the_host_narrows_ssh() -> None:
    assert host_sources(named("ssh", cloud_firewall=False), HOME) == HOME


@pytest.mark.parametrize("cloud_firewall", [True, False])
def test_the_host_always_narrows_jupyter(cloud_firewall: bool) -> None:
    assert host_sources(named("jupyter", cloud_firewall=cloud_firewall), HOME) == HOME
