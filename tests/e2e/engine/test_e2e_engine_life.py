"""With the engine: what changes a server that stands, what does not, and what takes it away. In this order."""

import json
import re
import time

import pytest
import requests

from sandbox.config import SandboxConfig
from tests.e2e.engine.stack import Stack
from tests.e2e.machine import instances

pytestmark = [pytest.mark.sandbox, pytest.mark.pulumi]

SECONDS_FOR_NOTHING = 20


def counts(screen: str) -> list[str]:
    """What the engine did, as it sums it up: `1 to update`, `13 unchanged`."""
    summary = screen.rpartition("Resources:\n")[2].split("\n\n")[0]
    return [line.strip() for line in summary.splitlines()]


def timezone(stack: Stack) -> str:
    return stack.server.ask("readlink -f /etc/localtime").removeprefix("/usr/share/zoneinfo/")


def test_a_second_up_changes_nothing(stack: Stack) -> None:
    before, begun = stack.hand_overs(), time.monotonic()
    screen = stack.must_up()
    assert time.monotonic() - begun < SECONDS_FOR_NOTHING
    assert [re.sub(r"\d+", "N", line) for line in counts(screen)] == ["N unchanged"]
    assert stack.hand_overs() == before
    assert "Password" not in screen
    assert stack.differences() == ""


def test_a_changed_setting_of_the_cloud_alone_does_not_touch_the_host(stack: Stack) -> None:
    before = stack.hand_overs()
    stack.set("tags[0]=mine")
    stack.must_up()
    assert "mine" in stack.account.droplet["tags"]
    assert stack.hand_overs() == before
    assert stack.differences() == ""


def test_what_was_taken_away_by_hand_is_put_back(stack: Stack) -> None:
    before = stack.hand_overs()
    (firewall,) = stack.account.entries("/firewalls")
    stack.account.ask("DELETE", f"/v2/firewalls/{firewall['id']}")
    assert "firewall" in stack.differences()
    stack.must_up()
    (again,) = stack.account.entries("/firewalls")
    same = ("name", "tags", "inbound_rules", "outbound_rules")
    assert {key: again[key] for key in same} == {key: firewall[key] for key in same}
    assert stack.hand_overs() == before


def test_what_a_failed_run_changed_is_put_back_when_the_setting_is(stack: Stack) -> None:
    """The engine's record says nothing of what a failed run has changed on the host."""
    usual = {
        key: stack.pulumi("config", "get", key).stdout.strip() for key in ("installer_version", "installer_sha256")
    }
    before = len(stack.hand_overs())
    stack.set("timezone=Asia/Tokyo", "installer_version=another", f"installer_sha256={'0' * 64}")
    failed = stack.up()
    assert failed.returncode != 0
    assert "SHA-256" in failed.stdout and "Traceback" not in failed.stdout + failed.stderr
    assert len(stack.hand_overs()) == before + 1
    assert timezone(stack) == "Asia/Tokyo"
    stack.set("timezone=Etc/UTC", *(f"{key}={value}" for key, value in usual.items()))
    stack.must_up()
    assert timezone(stack) == "Etc/UTC"
    assert stack.differences() == ""


@pytest.mark.parametrize(
    ("size", "memory", "processors", "zone"),
    [("s-2vcpu-2gb", 2048, 2, "Europe/Berlin"), ("s-1vcpu-1gb", 1024, 1, "Asia/Tokyo")],
)
def test_another_size_and_changed_settings_of_the_host_are_taken_on_in_place(
    size: str, memory: int, processors: int, zone: str, stack: Stack
) -> None:
    droplet, before = stack.account.droplet["id"], stack.hand_overs()
    kept = "/home/owner/notebooks/kept.txt"
    written = f"before {size}"
    stack.server.ask(f"echo {written} > {kept}")
    booted = stack.server.ask("stat -c %Y /proc/1")
    stack.set(f"size={size}", f"timezone={zone}")
    stack.must_up()
    assert stack.account.droplet["id"] == droplet and stack.account.droplet["size_slug"] == size
    assert stack.account.droplet["disk"] == 25, "the disk grew: it could never shrink again"
    server = stack.server
    assert server.ask("nproc") == str(processors)
    assert int(server.ask("free -m | awk '/^Mem:/ {print $2}'")) == memory
    assert server.ask(f"cat {kept}") == written
    assert timezone(stack) == zone
    assert server.ask("stat -c %Y /proc/1") != booted, "it was not restarted"
    assert len(stack.hand_overs()) == len(before) + 1
    assert requests.get(f"{server.url}/login", timeout=10).ok
    assert stack.differences() == ""


def test_a_size_with_a_smaller_disk_is_refused_with_those_that_fit(stack: Stack) -> None:
    before = stack.account.listing()
    stack.set("size=s-1vcpu-512mb-10gb")
    refused = stack.up()
    stack.set("size=s-1vcpu-1gb")
    assert refused.returncode != 0 and "Traceback" not in refused.stdout
    told = " ".join(refused.stdout.partition("Setting size")[2].split())
    assert "cannot shrink" in told and "s-1vcpu-1gb ($6)" in told
    assert "s-1vcpu-512mb-10gb ($4)" not in told
    assert stack.account.listing() == before


def test_another_image_would_replace_the_droplet(stack: Stack) -> None:
    """The sandbox has one image only: so the record is told that the droplet was made of another."""
    exported = stack.pulumi("stack", "export", "--show-secrets").stdout
    record = json.loads(exported)
    (droplet,) = [entry for entry in record["deployment"]["resources"] if entry["type"].endswith(":Droplet")]
    for values in (droplet["inputs"], droplet["outputs"]):
        values["image"] = "debian-11-x64"
    file = stack.world.config.home / "record.json"
    try:
        file.write_text(json.dumps(record))
        assert stack.pulumi("stack", "import", "--file", str(file)).returncode == 0
        steps = json.loads(stack.pulumi("preview", "--json").stdout)["steps"]
    finally:
        file.write_text(exported)
        assert stack.pulumi("stack", "import", "--file", str(file)).returncode == 0
        file.unlink()
    (replaced,) = [step for step in steps if step["op"] == "replace" and step["urn"].endswith("::droplet")]
    assert replaced["replaceReasons"] == ["image"]


@pytest.fixture(scope="module")
def guarded(stack: Stack) -> Stack:
    before = stack.hand_overs()
    stack.set("protect=true")
    stack.must_up()
    assert stack.hand_overs() == before
    return stack


@pytest.mark.parametrize(
    "words", [("destroy", "--yes"), ("destroy", "--yes", "--skip-preview"), ("up", "--yes", "--skip-preview")]
)
def test_the_guard_refuses_to_delete_or_replace(words: tuple[str, ...], guarded: Stack) -> None:
    before = guarded.account.listing()
    if words[0] == "up":
        guarded.set("monitoring=false")  # which only a new droplet can be without
    refused = guarded.pulumi(*words)
    guarded.set("monitoring=true")
    told = refused.stdout + refused.stderr
    assert refused.returncode != 0
    address = guarded.account.droplet["networks"]["v4"][0]["ip_address"]
    assert f"scp -r owner@{address}:" in told
    assert "pulumi config set protect false && pulumi up --target '**guard'" in told
    assert guarded.account.listing() == before
    assert guarded.server.ask("systemctl is-active jupyter") == "active"


def test_without_the_guard_nothing_is_left(guarded: Stack) -> None:
    guarded.set("protect=false")
    taken_away = guarded.pulumi("up", "--yes", "--target", "**guard")
    assert taken_away.returncode == 0, taken_away.stdout
    destroyed = guarded.pulumi("destroy", "--yes")
    assert destroyed.returncode == 0, destroyed.stdout
    listing = guarded.account.listing()
    # The owner's own tag may be on other things too.
    assert [tag["name"] for tag in listing.pop("/tags")] == ["mine"]
    assert all(entries == [] for entries in listing.values()), listing
    config: SandboxConfig = guarded.world.config
    assert instances(config) == []
