"""The project's pages, and what stands in them."""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

_FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


@dataclass(frozen=True)
class Page:
    """A page of Markdown. path: below the project's root."""

    path: str

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text()

    @property
    def blocks(self) -> list[str]:
        """Code between fences, as it is typed."""
        return [match[0] for match in _FENCE.finditer(self.text)]

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    @property
    def words(self) -> list[str]:
        """What is set in code within the prose."""
        return _CODE.findall(self.prose)

    @property
    def code(self) -> str:
        return "\n".join([*self.blocks, *self.words])

    @property
    def links(self) -> list[str]:
        return [first or second for first, second in _LINK.findall(self.prose)]

    @property
    def anchors(self) -> set[str]:
        """As GitHub makes them of headings."""
        headings = re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE)
        plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
        return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


def project_files() -> list[str]:
    """Files that are, or could be, in the repository; without git, all that are no cache."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        hidden = {".venv", ".sandbox", ".state", ".cache", ".git", "__pycache__"}
        names = [path.as_posix() for path in found if not hidden & set(path.parts)]
    return sorted(name for name in names if (ROOT / name).is_file())


PAGES = [Page(name) for name in project_files() if name.endswith(".md")]
WRITTEN = [page for page in PAGES if page.path != "docs/reference/settings.md"]
"""Without the page that is generated."""


def page(path: str) -> Page:
    return next(found for found in PAGES if found.path == path)
