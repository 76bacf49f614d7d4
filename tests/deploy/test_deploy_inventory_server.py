"""A server by its address: what its YAML file may say, and the one line that a wrong one gives."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from pyinfra.api.exceptions import PyinfraError

from inventories.connection import RUN_MARKER
from tests.deploy.targets import KEY, PASSWORD, SEED

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "address": "198.51.100.20",
    "owner": "ada",
    "ssh_public_keys": [KEY],
    "python_distribution": "miniforge",
    "identity_seed": SEED,
    "password": PASSWORD,
}


def loaded(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """As pyinfra does: the inventory is run as a file."""
    monkeypatch.setenv("JUPYTER_SERVER", str(path))
    spec = importlib.util.spec_from_file_location("server_inventory", ROOT / "inventories/server.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(tmp_path: Path, values: Any, name: str = "server.yaml") -> Path:
    path = tmp_path / name
    path.write_text(values if isinstance(values, str) else yaml.safe_dump(values))
    return path


def test_a_good_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = loaded(written(tmp_path, GOOD), monkeypatch)
    ((address, data),) = module.server
    assert address == "198.51.100.20"
    assert data["target"].cloud is False
    assert data["target"].settings.owner == "ada"
    assert data["ssh_user"] == "root"
    assert data["ssh_strict_host_key_checking"] == "yes"
    assert data["ssh_known_hosts_file"].endswith("/.ssh/known_hosts")
    assert "ssh_key" not in data
    assert data["_env"] == {RUN_MARKER: data["run"]}


def test_pyinfra_finds_one_group_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = loaded(written(tmp_path, GOOD), monkeypatch)
    groups = [n for n, v in vars(module).items() if isinstance(v, (list, tuple)) and not n.startswith("_")]
    assert groups == ["server"]


def test_secrets_in_a_file_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, {key: GOOD[key] for key in ("identity_seed", "password")}, "secrets.yaml")
    values = {key: value for key, value in GOOD.items() if key not in ("identity_seed", "password")}
    module = loaded(written(tmp_path, values | {"secrets_file": "secrets.yaml"}), monkeypatch)
    assert module.server[0][1]["target"].secrets.password.get_secret_value() == PASSWORD


WRONG: dict[str, tuple[Any, str]] = {
    "no address": ({k: v for k, v in GOOD.items() if k != "address"}, "`address` must be text"),
    "unknown key": (GOOD | {"ownr": "x"}, "there is no setting `ownr`"),
    "system user": (GOOD | {"owner": "root"}, "`owner`: 'root' is a system user"),
    "short password": (GOOD | {"password": "short"}, "`password`: it has fewer than 14 characters"),
    "no seed": ({k: v for k, v in GOOD.items() if k != "identity_seed"}, "`identity_seed`"),
    "text for a list": (GOOD | {"allowed_addresses": "198.51.100.0/24"}, "`allowed_addresses`"),
    "no YAML": ("owner: [", "is no YAML in line 1"),
    "a list": (["address"], "must hold lines of `key: value`"),
    "half an installer": (GOOD | {"python_distribution": "custom"}, "installer_version"),
    "secrets twice": (GOOD | {"secrets_file": "x.yaml"}, "`secrets_file` names another file"),
}


@pytest.mark.parametrize(("values", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_gives_one_line_that_names_it(
    values: Any, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, values)
    with pytest.raises(PyinfraError) as caught:
        loaded(path, monkeypatch)
    (text,) = caught.value.args
    assert message in text
    assert str(path) in text
    assert "\n" not in text
    assert SEED not in text and PASSWORD not in text


def test_a_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PyinfraError, match="cannot be read: No such file"):
        loaded(tmp_path / "server.yaml", monkeypatch)
