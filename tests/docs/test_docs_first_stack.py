"""What the page for setting up by hand has its reader type is taken by the engine and by the settings."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, page

ANSWERS = {"password": "correct-horse-battery", "sudo_password": "another-horse-battery"}
"""Typed where the command asks."""

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project's files as links, but for those that the engine writes."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in (".git", ".sandbox", ".state") and not entry.name.startswith("Pulumi"):
            (folder / entry.name).symlink_to(entry)
    for entry in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(entry, folder)
    return folder


def commands(heading: str) -> list[str]:
    """The lines of the first block behind some words of the page."""
    block = page("docs/how-to/set-up-by-hand.md").text.partition(heading)[2].split("```")[1]
    return [line.strip() for line in block.splitlines() if line.strip()]


@pytest.mark.pulumi
@pytest.mark.skipif(not shutil.which("pulumi"), reason="the Pulumi engine is not on PATH")
def test_the_settings_of_the_page_are_enough(clone: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    key = home / ".ssh" / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=30)
    environment = os.environ | {
        "HOME": str(home),
        "PULUMI_HOME": os.environ.get("PULUMI_HOME", str(Path.home() / ".pulumi")),
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "of this test",
        "DIGITALOCEAN_TOKEN": "none",
        "DIGITALOCEAN_API_URL": NOWHERE,
        "DIGITALOCEAN_HTTP_RETRY_MAX": "0",
    }
    environment.pop("PULUMI_STACK", None)

    def typed(line: str) -> subprocess.CompletedProcess[str]:
        answer = ANSWERS.get(line.split()[-1], "")
        command = ["sh", "-c", line]
        return subprocess.run(
            command, cwd=clone, env=environment, input=answer, capture_output=True, text=True, timeout=120, check=False
        )

    lines = [*commands("**A stack**"), *commands("**Settings.**")]
    assert len(lines) > 3
    for line in lines:
        done = typed(line)
        assert done.returncode == 0, f"{line}: {done.stderr}"

    done = typed("pulumi preview --non-interactive")
    said = done.stdout + done.stderr
    # With no cloud to ask, the preview ends at the first question to it: everything before was accepted.
    assert "validating stack config" not in said
    assert "Setting " not in said
    assert "127.0.0.1:9" in said
