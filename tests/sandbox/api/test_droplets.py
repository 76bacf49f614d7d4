"""Droplets from order to deletion."""

from tests.sandbox.api.api_account import KEY, Account


def test_new_until_the_machine_is_there_then_active(account: Account) -> None:
    account.machines.held.clear()
    order = {"name": "web", "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
    droplet_id = account.ask("POST", "/v2/droplets", order, expect=202)["droplet"]["id"]
    assert account.read(droplet_id)["status"] == "new"
    account.machines.held.set()
    account.settle()
    assert account.read(droplet_id)["status"] == "active"


def test_machine_gets_what_was_ordered(account: Account) -> None:
    key = account.ask("POST", "/v2/account/keys", {"name": "laptop", "public_key": KEY}, expect=201)["ssh_key"]
    droplet = account.droplet(ssh_keys=[key["id"], key["fingerprint"]], user_data="#cloud-config\n", size="s-1vcpu-2gb")
    spec = account.machines.specs[droplet["id"]]
    assert spec.root_keys == (KEY, KEY)
    assert spec.user_data == "#cloud-config\n"
    assert (spec.hardware.memory_mb, spec.hardware.vcpus, spec.hardware.disk_gb) == (2048, 1, 50)
    assert str(spec.address) == droplet["networks"]["v4"][0]["ip_address"] == "198.51.100.10"


def test_read_has_all_that_the_provider_dereferences(account: Account) -> None:
    droplet = account.droplet(ipv6=True, monitoring=True, backups=True, tags=["jupyter"])
    assert droplet["region"]["slug"] == "fra1"
    assert droplet["size"]["price_monthly"] == 6.0
    assert droplet["size"]["slug"] == droplet["size_slug"] == "s-1vcpu-1gb"
    assert set(droplet["features"]) == {"ipv6", "monitoring", "backups"}
    assert droplet["networks"]["v6"][0]["type"] == "public"
    assert droplet["tags"] == ["jupyter"]
    assert droplet["image"]["slug"] == "debian-12-x64"
    assert droplet["next_backup_window"]["start"].endswith("Z")


def test_what_cannot_be_had_is_refused(account: Account) -> None:
    order = {"name": "web", "region": "fra1", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
    for wish, message in {
        ("size", "s-99vcpu"): "invalid size",
        ("region", "mars1"): "invalid region",
        ("image", "windows-95"): "invalid image",
        ("name", "-not a host-"): "name",
        ("ssh_keys", ((12345,))): "12345 are invalid key identifiers",
        ("volumes", (("a-volume",))): "does not imitate volumes",
        ("vpc_uuid", "a-vpc"): "does not imitate VPCs",
        ("user_data", "x" * 65537): "64 KiB",
        ("public_networking", False): "without public networking",
    }.items():
        field, value = wish
        assert message in account.refusal("POST", "/v2/droplets", {**order, field: value}), field
    assert "not available" in account.refusal(
        "POST", "/v2/droplets", {**order, "size": "s-1vcpu-512mb-10gb", "region": "lon1"}
    )
    assert account.state.droplets == {}


def test_deleted_is_gone_with_its_traces(account: Account) -> None:
    droplet = account.droplet(tags=["jupyter"])
    account.machines.held.clear()
    account.ask("DELETE", f"/v2/droplets/{droplet['id']}", expect=204)
    account.ask("DELETE", f"/v2/droplets/{droplet['id']}", expect=204)
    assert account.read(droplet["id"])["status"] == "active"
    account.machines.held.set()
    account.settle()
    account.ask("GET", f"/v2/droplets/{droplet['id']}", expect=404)
    assert account.machines.specs == {}
    assert account.state.actions == {}


def test_delete_by_tag_spares_the_others(account: Account) -> None:
    account.droplet(tags=["old"])
    kept = account.droplet(tags=["new"])
    account.ask("DELETE", "/v2/droplets?tag_name=old", expect=204)
    account.settle()
    assert [droplet["id"] for droplet in account.ask("GET", "/v2/droplets")["droplets"]] == [kept["id"]]


def test_list_by_tag_and_by_name(account: Account) -> None:
    account.droplet(name="a", tags=["x"])
    account.droplet(name="b")
    assert [d["name"] for d in account.ask("GET", "/v2/droplets?tag_name=x")["droplets"]] == ["a"]
    assert [d["name"] for d in account.ask("GET", "/v2/droplets?name=b")["droplets"]] == ["b"]


def test_a_replaced_droplet_gets_another_address(account: Account) -> None:
    first = account.droplet()
    account.ask("DELETE", f"/v2/droplets/{first['id']}", expect=204)
    account.settle()
    assert account.droplet()["networks"]["v4"][0]["ip_address"] == "198.51.100.11"


def test_a_droplet_that_could_not_be_made_is_off_and_can_be_deleted(account: Account) -> None:
    account.machines.broken = {"create"}
    droplet = account.droplet()
    assert droplet["status"] == "off"
    actions = account.ask("GET", f"/v2/droplets/{droplet['id']}/actions")["actions"]
    assert [action["status"] for action in actions] == ["errored"]
    account.ask("DELETE", f"/v2/droplets/{droplet['id']}", expect=204)
    account.settle()
    assert account.state.droplets == {}


def test_a_droplet_shut_down_from_inside_is_off(account: Account) -> None:
    droplet = account.droplet()
    account.machines.running[droplet["id"]] = False
    assert account.read(droplet["id"])["status"] == "off"
