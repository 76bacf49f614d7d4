import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from onboarding import engine
from tests.onboarding.newcomers import Newcomer, install_pulumi
from tests.sandbox.api.api_account import TOKEN, Account


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """DigitalOcean, imitated on a port of loopback."""
    account = Account(tmp_path / "account")
    server = make_server("127.0.0.1", 0, account.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("DIGITALOCEAN_API_URL", f"http://127.0.0.1:{server.port}")
    yield account
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: Account) -> Newcomer:
    home, bin_ = tmp_path / "home", tmp_path / "bin"
    (tmp_path / "clone").mkdir()
    home.mkdir()
    install_pulumi(bin_)
    for name in [name for name in os.environ if name.startswith(("PULUMI_", "JUPYTER_", "XDG_CONFIG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{bin_}:/usr/bin:/bin")
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    monkeypatch.setattr(engine, "ROOT", tmp_path / "clone")
    return Newcomer(home, bin_)
