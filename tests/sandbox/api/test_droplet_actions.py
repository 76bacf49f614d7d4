"""What can be done to a droplet, and when it is refused."""

import pytest

from sandbox.interfaces import Hardware
from tests.sandbox.api.api_account import Account


def test_resize_keeps_the_disk_unless_asked(account: Account) -> None:
    droplet_id = account.droplet()["id"]
    account.act(droplet_id, "power_off")
    assert account.act(droplet_id, "resize", size="s-1vcpu-2gb", disk=False)["status"] == "completed"
    assert account.machines.calls[-1] == ("resize", droplet_id, Hardware(2048, 1, 25))
    droplet = account.read(droplet_id)
    assert (droplet["size_slug"], droplet["disk"], droplet["size"]["disk"]) == ("s-1vcpu-2gb", 25, 50)
    account.act(droplet_id, "resize", size="s-1vcpu-1gb", disk=False)
    assert account.read(droplet_id)["size_slug"] == "s-1vcpu-1gb"


def test_a_grown_disk_never_shrinks(account: Account) -> None:
    droplet_id = account.droplet()["id"]
    account.act(droplet_id, "power_off")
    account.act(droplet_id, "resize", size="s-1vcpu-2gb", disk=True)
    assert account.read(droplet_id)["disk"] == 50
    body = {"type": "resize", "size": "s-1vcpu-1gb", "disk": False}
    assert "decrease size" in account.refusal("POST", f"/v2/droplets/{droplet_id}/actions", body)


def test_power_state_decides_what_is_possible(account: Account) -> None:
    droplet_id = account.droplet()["id"]
    path = f"/v2/droplets/{droplet_id}/actions"
    resize = {"type": "resize", "size": "s-1vcpu-2gb", "disk": False}
    assert "currently on" in account.refusal("POST", path, resize)
    assert account.refusal("POST", path, {"type": "power_on"}) == "Droplet is already powered on."
    account.act(droplet_id, "shutdown")
    assert account.read(droplet_id)["status"] == "off"
    # The provider's update looks for exactly these words.
    assert account.refusal("POST", path, {"type": "power_off"}) == "Droplet is already powered off."
    assert "currently off" in account.refusal("POST", path, {"type": "reboot"})
    account.act(droplet_id, "shutdown")
    account.act(droplet_id, "power_on")
    assert account.read(droplet_id)["status"] == "active"


def test_one_action_at_a_time_and_the_status_waits_for_it(account: Account) -> None:
    droplet_id = account.droplet()["id"]
    path = f"/v2/droplets/{droplet_id}/actions"
    account.machines.held.clear()
    action = account.ask("POST", path, {"type": "power_off"}, expect=201)["action"]
    assert (action["status"], action["completed_at"]) == ("in-progress", None)
    account.machines.running[droplet_id] = False
    assert account.read(droplet_id)["status"] == "active"
    assert "pending event" in account.refusal("POST", path, {"type": "reboot"})
    account.machines.held.set()
    account.settle()
    assert account.read(droplet_id)["status"] == "off"
    assert account.ask("GET", f"{path}/{action['id']}")["action"]["completed_at"]


def test_a_failed_action_is_errored_and_changes_nothing(account: Account) -> None:
    droplet_id = account.droplet()["id"]
    account.act(droplet_id, "power_off")
    account.machines.broken = {"resize"}
    assert account.act(droplet_id, "resize", size="s-1vcpu-2gb", disk=True)["status"] == "errored"
    assert account.read(droplet_id)["size_slug"] == "s-1vcpu-1gb"


def test_rename_backups_and_ipv6(account: Account) -> None:
    droplet_id = account.droplet()["id"]
    account.act(droplet_id, "rename", name="lab")
    account.act(droplet_id, "enable_backups", backup_policy={"plan": "weekly", "weekday": "SUN", "hour": 4})
    account.act(droplet_id, "enable_ipv6")
    droplet = account.read(droplet_id)
    assert droplet["name"] == "lab"
    assert set(droplet["features"]) == {"backups", "ipv6"}
    account.act(droplet_id, "change_backup_policy", backup_policy={"plan": "daily", "weekday": "", "hour": 20})
    policy = account.ask("GET", f"/v2/droplets/{droplet_id}/backups/policy")["policy"]
    assert (policy["backup_policy"]["plan"], policy["backup_policy"]["hour"]) == ("daily", 20)
    account.act(droplet_id, "disable_backups")
    assert account.read(droplet_id)["next_backup_window"] is None


@pytest.mark.parametrize("kind", ["reboot", "power_cycle"])
def test_restarts_leave_it_active(account: Account, kind: str) -> None:
    droplet_id = account.droplet()["id"]
    assert account.act(droplet_id, kind)["status"] == "completed"
    assert account.read(droplet_id)["status"] == "active"


@pytest.mark.parametrize("kind", ["snapshot", "create", "destroy", "password_reset"])
def test_other_actions_say_that_they_are_not_imitated(account: Account, kind: str) -> None:
    droplet_id = account.droplet()["id"]
    assert "does not imitate" in account.refusal("POST", f"/v2/droplets/{droplet_id}/actions", {"type": kind})
