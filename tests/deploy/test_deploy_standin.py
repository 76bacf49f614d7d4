"""The stand-in for the Anaconda installer keeps to the real one's contract."""

import subprocess
from pathlib import Path

STANDIN = Path(__file__).resolve().parents[2] / "sandbox/standins/Anaconda3-standin-Linux-x86_64.sh"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", str(STANDIN), *arguments], capture_output=True, text=True, timeout=30)


def test_it_is_for_batch_use_with_a_prefix() -> None:
    for arguments in ([], ["-b"], ["-p", "/nonexistent"]):
        assert run(*arguments).returncode == 2


def test_a_prefix_that_exists_is_refused_without_u(tmp_path: Path) -> None:
    result = run("-b", "-p", str(tmp_path))
    assert result.returncode == 1
    assert "already exists" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_its_lock_has_hashes_and_no_addresses() -> None:
    _, _, lock = STANDIN.read_text().partition("\nexit 0 # the lock follows\n")
    assert "ipykernel==" in lock and "pandas==" in lock
    assert "://" not in lock
    for entry in lock.replace("\\\n", "").splitlines():
        assert "--hash=sha256:" in entry
