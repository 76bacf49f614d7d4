"""What a real droplet takes of this machine is there on macOS too: the Makefile's shell, and the controller's Python.

It tells what is written, not what runs: docs/explanation/not-run.md.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("onboarding", "handover", "infra", "settings", "check", "contract", "inventories", "deploy")
MODULES = sorted([*ROOT.glob("*.py"), *(file for part in PARTS for file in (ROOT / part).rglob("*.py"))])

LINUX_PROGRAMS = (
    "apt-get dpkg getent getfacl ip ldconfig lsns nft ss systemctl systemd-run unshare setpriv flock".split()
)
GNU_ONLY = (
    r"\bsed\b.* -i\b|\bsed\b.* -r\b|\bgrep\b.* -P|\breadlink\b.* -f|\bdate\b.* -d|\bstat\b.* -c|\bcp\b.* --?[a-z]*t\b"
    r"|\bxargs\b.* -r|\bsort\b.* -V|\bls\b.* --|\btar\b.* --|\bmktemp\b.* --|\bhead\b.* -n *-|\becho -e"
    r"|\b(sha256sum|md5sum|nproc|realpath|timeout|tac|numfmt|gawk|install -D)\b|\bfind\b.* -printf|\bbase64\b.* -w"
)
NOT_IN_POSIX_SHELL = r"\[\[|<\(|<<<|\bsource\b|\bfunction\b|&>|\$'"


def recipes(target: str = r"[\w./-]+(?: [\w./-]+)*") -> str:
    """The Makefile's recipes, without those that only its developers use, and without messages."""
    text = (ROOT / "Makefile").read_text()
    rules = re.findall(rf"^({target}):[^\n=]*\n((?:\t.*\n|ifn?eq.*\n|else\n|endif\n)+)", text, re.MULTILINE)
    own = [body for names, body in rules if names not in ("lint", "lock", "test", ".venv/installed-test")]
    assert len(own) > 8
    return re.sub(r'echo "[^"]*"', "echo", "".join(own))


def test_recipes_use_what_every_system_has() -> None:
    text = recipes()
    assert re.findall(rf"(?:^\t@?|[;&|(] *)({'|'.join(LINUX_PROGRAMS)}) .*", text, re.MULTILINE) == []
    assert re.findall(f".*(?:{GNU_ONLY}|{NOT_IN_POSIX_SHELL}|/proc/|/sys/).*", text) == []


def test_the_makefile_is_read_by_make_3_81() -> None:
    # macOS has no newer one.
    text = (ROOT / "Makefile").read_text()
    assert re.findall(r"^\.(?:ONESHELL|SHELLFLAGS|NOTPARALLEL:.+)|!=|::=|\$\(file |&:", text, re.MULTILINE) == []


def test_python_knows_all_that_is_used_on_macos() -> None:
    cache = ROOT / ".mypy_cache" / "darwin"
    command = [sys.executable, "-m", "mypy", "--platform", "darwin", "--cache-dir", str(cache), *map(str, MODULES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout


def linux_only(tree: ast.Module) -> Iterator[str]:
    """Linux's files, system calls and programs, outside of what is guarded by the platform's name."""

    def visit(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "sys.platform == 'linux'":
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"/(proc|sys|run)/", node.value):
            yield f"line {node.lineno}: {node.value}"
        if isinstance(node, ast.Attribute) and node.attr in ("prctl", "unshare", "setns", "CDLL"):
            yield f"line {node.lineno}: {node.attr}"
        # A program as the first word of a list is one that this machine runs.
        first = node.elts[0] if isinstance(node, ast.List) and node.elts else None
        if isinstance(first, ast.Constant) and first.value in LINUX_PROGRAMS:
            yield f"line {first.lineno}: {first.value}"
        for child in ast.iter_child_nodes(node):
            yield from visit(child)

    yield from visit(tree)


# What is in deploy/ says what is done on the host, which is a Linux.
CONTROLLER = [file for file in MODULES if file.relative_to(ROOT).parts[0] != "deploy"]


@pytest.mark.parametrize("file", CONTROLLER, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_asked_of_linux_unguarded(file: Path) -> None:
    assert list(linux_only(ast.parse(file.read_text()))) == []


def test_it_finds_what_it_looks_for() -> None:
    bad = [
        "import ctypes, sys",
        "if sys.platform == 'linux':",
        "    ctypes.CDLL(None)",
        "ctypes.CDLL(None)",
        "open('/proc/1')",
        "x = ['ss']",
    ]
    assert [found.partition(":")[0] for found in linux_only(ast.parse("\n".join(bad)))] == [
        "line 4",
        "line 5",
        "line 6",
    ]
    for line in ("sed -i s/a/b/ x", "readlink -f x", "cat x | xargs -r rm", "timeout 5 x"):
        assert re.search(GNU_ONLY, line)
