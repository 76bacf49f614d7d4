"""Faults on request."""

import time

import pytest

from tests.sandbox.api.api_account import Account


def ask_for(account: Account, **fault: object) -> None:
    account.ask("POST", "/sandbox/faults", fault, expect=201)


@pytest.mark.parametrize("status", [401, 403, 404, 422, 429, 500, 503])
def test_the_next_calls_that_match_fail(account: Account, status: int) -> None:
    ask_for(account, kind="answer", method="GET", path="/v2/droplets*", status=status, times=2)
    account.ask("GET", "/v2/account")
    assert account.call("GET", "/v2/droplets").status_code == status
    assert account.call("GET", "/v2/droplets/1").status_code == status
    account.ask("GET", "/v2/droplets")


def test_a_call_that_failed_did_nothing(account: Account) -> None:
    ask_for(account, kind="answer", method="POST", path="/v2/tags", status=429)
    response = account.call("POST", "/v2/tags", {"name": "a"})
    assert response.headers["Retry-After"] == "1"
    assert account.state.tags == {}


def test_a_slow_call_is_carried_out(account: Account) -> None:
    ask_for(account, kind="answer", path="/v2/tags", sleep=0.2)
    started = time.monotonic()
    account.ask("POST", "/v2/tags", {"name": "a"}, expect=201)
    assert time.monotonic() - started >= 0.2


def test_a_droplet_vanishes(account: Account) -> None:
    droplet = account.droplet()
    ask_for(account, kind="vanish", droplet=droplet["id"])
    account.ask("GET", f"/v2/droplets/{droplet['id']}", expect=404)
    assert account.machines.specs == {}
    account.ask("POST", "/sandbox/faults", {"kind": "vanish", "droplet": droplet["id"]}, expect=404)


def test_the_next_droplet_boots_badly_and_the_one_after_does_not(account: Account) -> None:
    ask_for(account, kind="boot", ssh_delay=20, apt_lock=60)
    slow, normal = account.droplet(), account.droplet()
    assert (account.machines.specs[slow["id"]].ssh_delay, account.machines.specs[slow["id"]].apt_lock) == (20, 60)
    assert account.machines.specs[normal["id"]].ssh_delay == 0


def test_listed_and_cleared(account: Account) -> None:
    ask_for(account, kind="answer", status=500, times=3)
    assert [fault["times"] for fault in account.ask("GET", "/sandbox/faults")["faults"]] == [3]
    account.ask("DELETE", "/sandbox/faults", expect=204)
    account.ask("GET", "/v2/account")
    assert "kind" in account.refusal("POST", "/sandbox/faults", {"kind": "nonsense"})
