"""Each fact: the script that observes, and what is made of its output."""

from importlib import import_module
from typing import Any

import pytest

from deploy.script import Script
from tests.deploy.cases import cases, plain


@pytest.mark.parametrize(("module", "name", "case"), list(cases("facts")))
def test_fact(module: str, name: str, case: dict[str, Any]) -> None:
    fact = getattr(import_module(f"deploy.facts.{module}"), name)()
    command = fact.command(**case.get("arguments", {}))
    if isinstance(command, Script):
        assert [command.name, command.variables] == case["command"]
    else:
        assert command.get_raw_value() == case["command"]
    assert plain(fact.process(case["output"])) == case["fact"]
