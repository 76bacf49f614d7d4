"""The README's example for a server without Pulumi is one that the inventory takes."""

import runpy
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import ROOT, page


def test_the_example_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = page("README.md").text.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "server.yaml").write_text(example)
    secrets = {"identity_seed": "0123456789abcdef" * 4, "password": "correct-horse-battery"}
    (tmp_path / "server.secrets.yaml").write_text(yaml.safe_dump(secrets))
    (tmp_path / ".ssh").mkdir()
    key = tmp_path / ".ssh" / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=30)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_SERVER", str(tmp_path / "server.yaml"))

    [(address, data)] = runpy.run_path(str(ROOT / "inventories" / "server.py"))["server"]

    assert address == yaml.safe_load(example)["address"]
    assert data["target"].settings.python_distribution == "miniforge"
