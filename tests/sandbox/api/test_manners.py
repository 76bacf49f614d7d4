"""What every answer has: errors, headers, a line in the log."""

from tests.sandbox.api.api_account import TOKEN, Account


def test_without_the_token_nothing_but_health(account: Account) -> None:
    for token in ("", "wrong", TOKEN + "x"):
        response = account.call("GET", "/v2/account", token=token)
        assert response.status_code == 401
        assert response.get_json()["id"] == "unauthorized"
        assert account.call("POST", "/sandbox/faults", {}, token=token).status_code == 401
    health = account.client.get("/sandbox/health").get_json()
    assert (health["service"], health["name"]) == ("jupyter-anywhere sandbox", "test")


def test_what_is_not_imitated_says_so(account: Account) -> None:
    for method, path in (("GET", "/v2/volumes"), ("PATCH", "/v2/account"), ("POST", "/v2/reserved_ips")):
        error = account.ask(method, path, expect=404)
        assert error["message"] == f"The sandbox does not imitate {method} {path}."
        assert set(error) == {"id", "message", "request_id"}


def test_rate_limit_and_request_id(account: Account) -> None:
    account.call("GET", "/v2/account")
    response = account.call("GET", "/v2/account")
    assert response.headers["ratelimit-limit"] == "5000"
    assert response.headers["ratelimit-remaining"] == "4998"
    assert int(response.headers["ratelimit-reset"]) > 1_700_000_000
    assert response.headers["x-request-id"]


def test_a_body_that_is_no_object_is_refused(account: Account) -> None:
    assert account.refusal("POST", "/v2/tags", ["a"], expect=400)


def test_a_failing_machine_is_an_answer_not_a_crash(account: Account) -> None:
    droplet = account.droplet()
    account.machines.broken = {"delete"}
    error = account.ask("POST", "/sandbox/faults", {"kind": "vanish", "droplet": droplet["id"]}, expect=500)
    assert "delete is broken" in error["message"]
    assert account.read(droplet["id"])["status"] == "active"


def test_calls_are_logged_without_secrets(account: Account) -> None:
    account.call("GET", "/v2/droplets?access_token=secret")
    account.call("GET", "/v2/a%0Ab")
    log = (account.config.home / "requests.log").read_text()
    assert "GET /v2/droplets 200" in log
    assert "GET /v2/a%0Ab 404" in log
    assert "secret" not in log
    assert TOKEN not in log
