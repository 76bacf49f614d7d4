"""docs/explanation/on-the-box.md names every path of the host that the deploy writes, and every package."""

import ast
import re
from pathlib import Path

from contract import paths
from deploy.system import PACKAGES
from tests.docs.pages import ROOT, page

PAGE = page("docs/explanation/on-the-box.md")
HOST = re.compile(r"/(?:etc|opt|var/lib|var/cache|usr/local|swapfile|root|home)(?:/[\w.*{}@$-]+)*")

ONLY_READ = {
    "/var/lib/apt/periodic/update-success-stamp",
    "/var/lib/apt/periodic/update-stamp",
    "/var/lib/dpkg/updates",
    "/etc/ssh/sshd_config",
    "/etc/os-release",
    "/etc/ssh",
    "/etc/ufw",
    "/etc/cloud",
}
"""Looked at, or kept for an undo as a whole, and not written by the deploy itself."""


class _Literals(ast.NodeVisitor):
    """Absolute paths in a module, with constants of contract.paths and of the module itself filled in."""

    def __init__(self, tree: ast.Module) -> None:
        self._names: dict[str, str] = {}
        self._docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        self.found: set[str] = set()
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._names[node.targets[0].id] = self._text(node.value)
        self.visit(tree)

    def _text(self, node: ast.expr) -> str:
        """What is not known before it runs ends the path: the folder above it counts."""
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "paths":
            return str(getattr(paths, node.attr, "{}"))
        if isinstance(node, ast.Name):
            return self._names.get(node.id, "{}")
        if isinstance(node, ast.FormattedValue):
            return self._text(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(self._text(value) for value in node.values)
        return "{}"

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.Attribute) and id(node) not in self._docs:
            text = self._text(node)
            if text.startswith("/"):
                self.found |= {match for match in HOST.findall(text) if text.startswith(match)}
        if not isinstance(node, ast.JoinedStr):
            super().generic_visit(node)


def written() -> dict[str, str]:
    """Paths in deploy/, each with a file that has it."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / "deploy").rglob("*")):
        name = file.relative_to(ROOT).as_posix()
        if file.suffix == ".py":
            found |= dict.fromkeys(_Literals(ast.parse(file.read_text())).found, name)
        elif file.suffix == ".sh":
            code = re.sub(r"^\s*#.*$|echo \".*\"", "", file.read_text(), flags=re.MULTILINE)
            found |= dict.fromkeys(HOST.findall(code), name)
    return found


def named(path: str) -> bool:
    """Whether the page has the path, or something in it, or says of a folder above it (`/folder/`) that it is ours."""
    known, unknown = re.match(r"([^{$*]*)(.*)", path).groups()  # type: ignore[union-attr]
    path = known.rpartition("/")[0] if unknown else known
    words = set(PAGE.words)
    above = [f"{parent}/" for parent in Path(path).parents]
    below = any(word.startswith(f"{path}/") for word in words)
    return path in words or below or any(folder in words for folder in above)


def test_every_path_that_is_written_is_named() -> None:
    found = written()
    assert len(found) > 15
    missing = {path: file for path, file in found.items() if path not in ONLY_READ and not named(path)}
    # A path that is only looked at belongs to ONLY_READ above.
    assert missing == {}


def test_every_path_of_the_contract_is_named() -> None:
    constants = {name: value for name, value in vars(paths).items() if name.isupper() and value.startswith("/")}
    assert {name: value for name, value in constants.items() if not named(value)} == {}
    assert named(paths.home("OWNER"))


def test_every_package_is_named() -> None:
    assert [package for package in PACKAGES if package not in PAGE.text] == []


def test_every_package_of_the_deploy_has_its_part() -> None:
    runbook = (ROOT / "deploy" / "site.py").read_text()
    order = re.findall(r"^(\w+)\((?:target|run)=", runbook, re.MULTILINE)
    assert re.findall(r"^## deploy/(\w+)$", PAGE.text, re.MULTILINE) == order
