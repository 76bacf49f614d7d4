"""Texts for cloud-init."""

import json
from ipaddress import IPv4Address

from sandbox.config import SandboxConfig
from sandbox.interfaces import Hardware, MachineSpec
from sandbox.machines.firstboot import seed


def spec(**changes: object) -> MachineSpec:
    given = {
        "id": 1,
        "hostname": "box",
        "image": "debian-12-x64",
        "hardware": Hardware(1024, 1, 25),
        "address": IPv4Address("198.51.100.9"),
        "root_keys": ("ssh-ed25519 A", "ssh-ed25519 B"),
    }
    return MachineSpec(**{**given, **changes})  # type: ignore[arg-type]


def test_user_data_passes_untouched() -> None:
    text = "#cloud-config\nruncmd: ['echo {{ x }} ${y}']\n"
    assert seed(spec(user_data=text), SandboxConfig(), "1")["user-data"] == text


def test_root_gets_the_accounts_keys_and_the_network_is_static() -> None:
    texts = seed(spec(), SandboxConfig(), "1-a")
    assert json.loads(texts["meta-data"]) == {
        "instance-id": "1-a",
        "local-hostname": "box",
        "public-keys": ["ssh-ed25519 A", "ssh-ed25519 B"],
    }
    [interface] = json.loads(texts["network-config"])["ethernets"].values()
    assert interface == {"addresses": ["198.51.100.9/24"], "routes": [{"to": "0.0.0.0/0", "via": "198.51.100.1"}]}


def test_faults_are_asked_for_one_by_one() -> None:
    assert seed(spec(), SandboxConfig(), "1")["vendor-data"] == "#cloud-config\n{}\n"
    slow = seed(spec(ssh_delay=7), SandboxConfig(), "1")["vendor-data"]
    assert "sleep 7" in slow and "lock-frontend" not in slow
    locked = seed(spec(apt_lock=9), SandboxConfig(), "1")["vendor-data"]
    assert "time.sleep(9)" in locked and "ssh.service" not in locked
