"""How much swap a machine gets, and why."""

from typing import Any

import pytest

from deploy.facts.swap import SwapState
from deploy.operations.swap import size_and_reason

SMALL = {"memory": 960, "free_disk": 20_000}


@pytest.mark.parametrize(
    ("found", "size", "reason"),
    [
        (SMALL, 2048, "960 MB"),
        ({**SMALL, "memory": 1970}, 2048, "1970 MB"),
        ({**SMALL, "memory": 3900}, 0, "need no swap"),
        ({**SMALL, "swap": 512}, 0, "512 MB of swap"),
        ({**SMALL, "free_disk": 5000}, 0, "5000 MB free"),
        ({**SMALL, "container": True}, 0, "container"),
    ],
    ids=["512 MB to 1 GB", "sold as 2 GB", "4 GB", "swap is there", "disk is full", "container"],
)
def test_swap(found: dict[str, Any], size: int, reason: str) -> None:
    got, why = size_and_reason(SwapState(**found))
    assert got == size
    assert reason in why
