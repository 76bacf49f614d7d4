"""The digest of what is deployed: a difference exactly where the host could end up otherwise."""

import shutil
from pathlib import Path

import pytest

from infra.digest import DECIDING, PROJECT_ROOT, digest


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small project, in a folder whose name is hidden: that must not hide what is in it."""
    root = tmp_path / ".worktree" / "clone"
    for place in DECIDING:
        path = root / place if Path(place).suffix else root / place / "part" / "code.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {place}\n")
    for other in ("infra", "tests", "docs", "sandbox"):
        (root / other).mkdir()
        (root / other / "file.py").write_text("before\n")
    return root


def test_it_is_the_same_in_every_clone(clone: Path, tmp_path: Path) -> None:
    shutil.copytree(clone, tmp_path / "elsewhere")
    assert digest(tmp_path / "elsewhere") == digest(clone)


@pytest.mark.parametrize("place", DECIDING)
def test_a_changed_file_that_decides_is_a_difference(clone: Path, place: str) -> None:
    before = digest(clone)
    path = clone / place
    (path if path.is_file() else path / "part" / "code.py").write_text("changed\n")
    assert digest(clone) != before


def test_a_new_file_is_a_difference(clone: Path) -> None:
    before = digest(clone)
    (clone / "deploy" / "Caddyfile.j2").write_text("")
    assert digest(clone) != before


def test_a_renamed_file_is_a_difference(clone: Path) -> None:
    before = digest(clone)
    (clone / "deploy" / "part" / "code.py").rename(clone / "deploy" / "part" / "other.py")
    assert digest(clone) != before


@pytest.mark.parametrize("place", ["infra/file.py", "tests/file.py", "docs/file.py", "sandbox/file.py"])
def test_a_file_that_does_not_decide_is_none(clone: Path, place: str) -> None:
    before = digest(clone)
    (clone / place).write_text("after\n")
    assert digest(clone) == before


@pytest.mark.parametrize(
    "dropping",
    [
        "__pycache__/code.cpython-311.pyc",
        "code.pyc",
        ".code.py.swp",
        "code.py~",
        "#code.py#",
        ".ipynb_checkpoints/code.py",
        "part/.mypy_cache/3.11/code.json",
    ],
)
def test_what_differs_from_machine_to_machine_is_none(clone: Path, dropping: str) -> None:
    before = digest(clone)
    path = clone / "deploy" / dropping
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("here only\n")
    assert digest(clone) == before


def test_all_that_decides_is_there() -> None:
    assert [place for place in DECIDING if not (PROJECT_ROOT / place).exists()] == []
