"""Projects and what is filed in them."""

from tests.sandbox.api.api_account import Account


def urns(account: Account, project: str) -> list[str]:
    return [resource["urn"] for resource in account.ask("GET", f"/v2/projects/{project}/resources")["resources"]]


def test_filed_moved_back_and_deleted(account: Account) -> None:
    urn = f"do:droplet:{account.droplet()['id']}"
    account.ask("POST", "/v2/domains", {"name": "example.com"}, expect=201)
    assert urns(account, "default") == [urn, "do:domain:example.com"]
    body = {"name": "jupyter", "purpose": "my own lab", "environment": "development"}
    project = account.ask("POST", "/v2/projects", body, expect=201)["project"]
    assert (project["purpose"], project["environment"]) == ("Other: my own lab", "Development")
    path = f"/v2/projects/{project['id']}"
    given = {"resources": [urn, "do:droplet:1"]}
    outcomes = [resource["status"] for resource in account.ask("POST", f"{path}/resources", given)["resources"]]
    assert outcomes == ["assigned", "not_found"]
    assert urns(account, project["id"]) == [urn]
    # The provider waits for these words before it tries again.
    assert "cannot delete a project with resources" in account.refusal("DELETE", path, expect=412)
    account.ask("POST", "/v2/projects/default/resources", {"resources": [urn]})
    account.ask("DELETE", path, expect=204)


def test_a_deleted_droplet_leaves_its_project_empty(account: Account) -> None:
    droplet = account.droplet()
    project = account.ask("POST", "/v2/projects", {"name": "p", "purpose": "IoT"}, expect=201)["project"]
    path = f"/v2/projects/{project['id']}"
    account.ask("POST", f"{path}/resources", {"resources": [f"do:droplet:{droplet['id']}"]})
    account.ask("DELETE", f"/v2/droplets/{droplet['id']}", expect=204)
    account.settle()
    account.ask("DELETE", path, expect=204)
    assert account.state.assignments == {}


def test_changed_in_part_and_as_a_whole(account: Account) -> None:
    project = account.ask("POST", "/v2/projects", {"name": "p", "purpose": "IoT"}, expect=201)["project"]
    path = f"/v2/projects/{project['id']}"
    assert account.ask("PATCH", path, {"name": "q"})["project"]["purpose"] == "IoT"
    assert "missing" in account.refusal("PUT", path, {"name": "q"})
    account.refusal("PATCH", path, {"name": "sandbox"}, expect=409)


def test_another_default_leaves_things_where_they_are(account: Account) -> None:
    urn = f"do:droplet:{account.droplet()['id']}"
    old = account.ask("GET", "/v2/projects/default")["project"]
    new = account.ask("POST", "/v2/projects", {"name": "p", "purpose": "IoT"}, expect=201)["project"]
    account.ask("PATCH", f"/v2/projects/{new['id']}", {"is_default": True})
    assert account.ask("GET", "/v2/projects/default")["project"]["id"] == new["id"]
    assert urns(account, old["id"]) == [urn]
    assert urns(account, "default") == []
