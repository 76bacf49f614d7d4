"""Each operation in each situation: what it would do, or why it does nothing."""

from importlib import import_module
from typing import Any

import pytest
from pyinfra.context import ctx_host, ctx_state

from deploy.firewall.rules import Rule
from tests.deploy.cases import FakeHost, FakeState, cases, readable


@pytest.mark.parametrize(("module", "name", "case"), list(cases("operations")))
def test_operation(module: str, name: str, case: dict[str, Any]) -> None:
    operation = getattr(import_module(f"deploy.operations.{module}"), name)
    kwargs = dict(case.get("kwargs", {}))
    if module == "ufw":
        kwargs["rules"] = [Rule(**rule) for rule in kwargs["rules"]]
    host = FakeHost(case["facts"])
    with ctx_state.use(FakeState()), ctx_host.use(host):
        commands = readable(operation._inner(**kwargs))
    assert commands == case["commands"]
    assert host.noops == ([case["noop"]] if "noop" in case else [])


def test_nothing_to_do_is_said_with_a_reason() -> None:
    for parameter in cases("operations"):
        case = parameter.values[2]
        assert bool(case["commands"]) != bool(case.get("noop")), parameter.id
