"""What `make init` writes is taken by the real engine, and by the stack's program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.onboarding.newcomers import ROOT, STACK, Newcomer

PARTS = ("contract", "infra", "onboarding", "settings", "handover", "check", "deploy", "inventories")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy, not links: what is written beside the program must not come into the project."""
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in [*ROOT.glob("*.py"), *ROOT.glob("requirements*"), ROOT / "Pulumi.yaml"]:
        shutil.copy(file, folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


@pytest.fixture
def engines_own() -> dict[str, str]:
    """Where the engine and its plugins are, before a stand-in takes its place on PATH."""
    names = ("PATH", "PULUMI_HOME", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION")
    home = {"PULUMI_HOME": str(Path.home() / ".pulumi")}
    return home | {name: os.environ[name] for name in names if name in os.environ}


@pytest.mark.pulumi
@pytest.mark.skipif(not shutil.which("pulumi"), reason="the Pulumi engine is not on PATH")
def test_after_init_the_engine_previews_the_server(
    clone: Path, engines_own: dict[str, str], newcomer: Newcomer, tmp_path: Path
) -> None:
    def typed(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "onboarding", *words]
        return subprocess.run(
            command,
            cwd=clone,
            env=os.environ | engines_own | environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    for _ in range(2):
        # A home without a login: whoever runs this may have one.
        done = typed({"PULUMI_HOME": str(tmp_path / "pulumi")}, "init", STACK, "--yes")
        assert done.returncode == 0, done.stderr
    settings = (clone / f"Pulumi.{STACK}.yaml").read_text()
    assert [secret for secret in newcomer.secrets if secret in settings] == []
    assert settings.count("secure: ") == 2
    assert settings.count("ssh-ed25519 ") == 2

    preview = typed({"DIGITALOCEAN_HTTP_RETRY_MAX": "0"}, "exec", STACK, "--", "pulumi", "preview", "--non-interactive")
    said = preview.stdout + preview.stderr
    assert preview.returncode == 0, said
    assert "digitalocean:index:Droplet" in said
    assert [secret for secret in newcomer.secrets if secret in said] == []
