from pathlib import Path

import pytest

from tests.sandbox.api.api_account import Account


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path / "home")
