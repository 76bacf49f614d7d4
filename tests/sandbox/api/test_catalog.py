"""Account, sizes, regions, images; and paging, which is the same for every list."""

from tests.sandbox.api.api_account import Account


def test_sizes_have_what_prices_are_shown_from(account: Account) -> None:
    sizes = {size["slug"]: size for size in account.ask("GET", "/v2/sizes?per_page=200")["sizes"]}
    assert sizes["s-1vcpu-1gb"]["price_monthly"] == 6.0
    assert sizes["s-2vcpu-4gb"]["memory"] == 4096
    assert "lon1" not in sizes["s-1vcpu-512mb-10gb"]["regions"]
    regions = {region["slug"]: region for region in account.ask("GET", "/v2/regions")["regions"]}
    assert "s-1vcpu-512mb-10gb" not in regions["lon1"]["sizes"]


def test_only_bootable_images(account: Account) -> None:
    images = account.ask("GET", "/v2/images?type=distribution")["images"]
    assert [(image["slug"], image["distribution"]) for image in images] == [
        ("debian-12-x64", "Debian"),
        ("ubuntu-24-04-x64", "Ubuntu"),
    ]
    assert account.ask("GET", f"/v2/images/{images[0]['id']}")["image"] == images[0]
    assert account.droplet(image=images[0]["id"])["image"]["slug"] == "debian-12-x64"
    assert account.ask("GET", "/v2/images?private=true")["images"] == []
    account.ask("GET", "/v2/images/fedora-42-x64", expect=404)


def test_pages_link_to_each_other(account: Account) -> None:
    first = account.ask("GET", "/v2/sizes?per_page=3")
    assert len(first["sizes"]) == 3
    assert first["meta"]["total"] == 7
    assert set(first["links"]["pages"]) == {"next", "last"}
    assert first["links"]["pages"]["next"].endswith("/v2/sizes?per_page=3&page=2")
    last = account.ask("GET", "/v2/sizes?per_page=3&page=3")
    assert len(last["sizes"]) == 1
    assert set(last["links"]["pages"]) == {"first", "prev"}
    assert account.ask("GET", "/v2/sizes")["links"] == {}
    account.refusal("GET", "/v2/sizes?per_page=201", expect=400)
