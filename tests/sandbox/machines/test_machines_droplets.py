"""Droplets that really boot, looked at from inside over SSH."""

import json
import time
from pathlib import Path

import pytest

from sandbox.command import run
from sandbox.config import SandboxError
from sandbox.interfaces import Hardware
from tests.sandbox.droplet_bench import IMAGE, Bench, make_key, public_key, reaches

pytestmark = pytest.mark.sandbox


def test_a_droplet_is_a_small_debian_that_root_logs_in_to(bench: Bench) -> None:
    bench.boot(1, hardware=Hardware(memory_mb=600, vcpus=1, disk_gb=3))
    assert bench.ask(1, "cloud-init status --wait").endswith("status: done")
    assert bench.ask(1, "hostname; nproc; free -m | awk '/Mem:/ {print $2}'").split() == ["box1", "1", "600"]
    assert bench.ask(1, "systemctl is-system-running --wait") == "running"
    assert bench.ask(1, "cat /root/.ssh/authorized_keys").count("ssh-ed25519") == 1
    assert bench.ask(1, "swapon --show") == ""


FILL = "dd if=/dev/zero of=/big bs=1M count=3000; rm /big"


def test_limits_of_memory_disk_and_swap_hold(bench: Bench) -> None:
    bench.boot(1, hardware=Hardware(memory_mb=300, vcpus=1, disk_gb=2))
    assert bench.ask(1, "python3 -c 'bytearray(500 * 2**20)' || echo $?") == "137"
    assert "quota" in bench.try_to(1, FILL).stderr
    assert bench.try_to(1, "umask 77; fallocate -l 9M /s && mkswap -q /s && swapon /s").returncode != 0


def test_packages_come_as_on_the_machine_itself(bench: Bench) -> None:
    bench.boot(1)
    bench.ask(1, "apt-get -qq update && apt-get -qq install -y ufw >/dev/null 2>&1")
    bench.ask(1, "python3 -m venv /tmp/v && cd /tmp && v/bin/pip -q download six")


def test_ufw_filters(bench: Bench) -> None:
    address = bench.boot(1)
    bench.ask(1, "apt-get -qq update && apt-get -qq install -y ufw >/dev/null 2>&1")
    bench.ask(1, "systemd-run -q python3 -m http.server 8888")
    bench.ask(1, "ufw allow 22 && ufw --force enable")
    assert reaches(address, 22) and not reaches(address, 8888)
    bench.ask(1, "ufw allow 8888")
    assert reaches(address, 8888)


def test_a_service_can_be_fenced_in(bench: Bench) -> None:
    bench.boot(1)
    fences = ["ProtectSystem=strict", "PrivateTmp=yes", "ProtectKernelTunables=yes", "PrivateDevices=yes"]
    options = " ".join(f"-p {fence}" for fence in [*fences, "DynamicUser=yes", "NoNewPrivileges=yes"])
    done = bench.try_to(1, f"systemd-run -q --wait --pipe {options} sh -c 'touch /usr/x || id -u'")
    assert "Read-only file system" in done.stderr
    assert int(done.stdout) > 60000  # a user of its own


def test_user_data_pins_the_host_key(bench: Bench, tmp_path: Path) -> None:
    key = make_key(tmp_path, "hostkey")
    pinned = {"ssh_keys": {"ed25519_private": key.read_text(), "ed25519_public": public_key(key)}}
    address = bench.boot(1, user_data=f"#cloud-config\n{json.dumps(pinned)}")
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(f"{address} {public_key(key)}\n")
    assert bench.ask(1, "hostname", known_hosts) == "box1"


def test_nothing_is_sent_to_the_metadata_address(bench: Bench) -> None:
    bench.boot(1)
    bench.ask(1, "cloud-init status --wait")
    assert bench.ask(1, "cat /run/cloud-init/cloud.cfg | grep -c 169.254 || true") == "0"
    table = run("nft", "list", "table", "inet", bench.config.bridge, timeout=10)
    [rule] = [line for line in table.splitlines() if "169.254.0.0/16" in line]
    assert "packets 0 bytes 0 drop" in rule


def test_power_states_and_resize(bench: Bench) -> None:
    machines = bench.host.machines
    assert machines.state(1) == "missing"
    bench.boot(1)
    machines.power_off(1)
    machines.power_off(1)
    assert machines.state(1) == "off"
    machines.resize(1, Hardware(memory_mb=1024, vcpus=2, disk_gb=20))
    machines.power_on(1)
    bench.await_ssh(1)
    assert bench.ask(1, "free -m | awk '/Mem:/ {print $2}'") == "1024"
    booted = bench.ask(1, "stat -c %Y /proc/1")
    machines.reboot(1)
    bench.await_ssh(1)
    assert bench.ask(1, "stat -c %Y /proc/1") != booted
    machines.shutdown(1)
    assert machines.state(1) == "off"
    machines.delete(1)
    machines.delete(1)
    assert machines.state(1) == "missing"


def test_create_again_is_nothing_new_but_a_half_made_droplet_is_made_anew(bench: Bench) -> None:
    machines = bench.host.machines
    bench.boot(1)
    bench.ask(1, "touch /mark")
    machines.create(bench.spec(1))
    bench.ask(1, "test -e /mark")
    instance = machines._instance(1)
    del instance.config["user.power"]  # as if killed before the droplet was complete
    instance.save(wait=True)
    machines.create(bench.spec(1))
    bench.await_ssh(1)
    bench.ask(1, "test ! -e /mark")


def test_a_snapshot_boots_as_another_droplet(bench: Bench) -> None:
    machines = bench.host.machines
    bench.boot(1)
    bench.ask(1, "touch /mark")
    machines.snapshot(1, "golden")
    try:
        assert list(machines.images()) == [IMAGE, "snapshot:golden"]
        machines.delete(1)
        bench.boot(2, image="snapshot:golden")
        assert bench.ask(2, "ls /mark; hostname").split() == ["/mark", "box2"]
    finally:
        machines.delete_snapshot("golden")


def test_faults_of_a_first_boot(bench: Bench) -> None:
    started = time.monotonic()
    bench.boot(1, ssh_delay=5, apt_lock=20)
    assert time.monotonic() - started > 5
    assert "Could not get lock" in bench.try_to(1, "apt-get -y install -f").stderr
    bench.ask(1, "apt-get -y -o DPkg::Lock::Timeout=60 install -f")
    assert time.monotonic() - started > 20


def test_an_image_that_is_not_here_is_refused(bench: Bench) -> None:
    with pytest.raises(SandboxError, match=f"there are: {IMAGE}"):
        bench.host.machines.create(bench.spec(1, image="ubuntu-24-04-x64"))
    assert bench.host.machines.state(1) == "missing"
