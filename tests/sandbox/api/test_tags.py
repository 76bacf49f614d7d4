"""Tags, as the provider uses them: made again and again, put on and taken off."""

from typing import Any

from tests.sandbox.api.api_account import Account


def bearer(droplet: dict[str, Any]) -> dict[str, Any]:
    return {"resources": [{"resource_id": str(droplet["id"]), "resource_type": "droplet"}]}


def test_put_on_and_taken_off(account: Account) -> None:
    droplet = account.droplet()
    for _ in range(2):
        account.ask("POST", "/v2/tags", {"name": "jupyter"}, expect=201)
    account.ask("POST", "/v2/tags/jupyter/resources", bearer(droplet), expect=204)
    assert account.read(droplet["id"])["tags"] == ["jupyter"]
    assert account.ask("GET", "/v2/tags/jupyter")["tag"]["resources"]["droplets"]["count"] == 1
    account.ask("DELETE", "/v2/tags/jupyter/resources", bearer(droplet), expect=204)
    assert account.read(droplet["id"])["tags"] == []


def test_a_tag_that_does_not_exist_cannot_be_put_on(account: Account) -> None:
    account.ask("POST", "/v2/tags/nope/resources", bearer(account.droplet()), expect=404)


def test_the_first_spelling_stays(account: Account) -> None:
    account.ask("POST", "/v2/tags", {"name": "PROD"}, expect=201)
    assert account.ask("POST", "/v2/tags", {"name": "prod"}, expect=201)["tag"]["name"] == "PROD"


def test_an_order_makes_its_tags_and_their_end_takes_them_off(account: Account) -> None:
    droplet = account.droplet(tags=["jupyter"])
    account.ask("DELETE", "/v2/tags/jupyter", expect=204)
    assert account.read(droplet["id"])["tags"] == []
