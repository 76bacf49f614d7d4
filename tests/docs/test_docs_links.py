"""Every link and every path that a page names leads somewhere."""

import re

import pytest

from tests.docs.pages import PAGES, ROOT, Page, page, project_files

ELSEWHERE = {"server.yaml", "server.secrets.yaml", "Pulumi.STACK.yaml", ".sandbox/Pulumi.sandbox.yaml"}
"""Files that the reader writes, or that running the project makes."""

FILES = set(project_files())
FOLDERS = {name.rpartition("/")[0] for name in FILES} | {name.partition("/")[0] for name in FILES if "/" in name}


def by_path(found: Page) -> str:
    return found.path


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_relative_link_and_anchor_resolves(found: Page) -> None:
    dead = []
    for link in found.links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / found.path).parent / path).resolve() if path else ROOT / found.path
        if not target.is_file() or (anchor and anchor not in page(target.relative_to(ROOT).as_posix()).anchors):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_path_in_code_exists(found: Page) -> None:
    tops = {name.partition("/")[0] for name in FILES if "/" in name}
    missing = []
    for word in found.words:
        name = word.rstrip("/")
        is_path = re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", word) and (
            ("/" in word and name.partition("/")[0] in tops) or re.search(r"\.(py|md|ya?ml|txt|in|toml|svg|png)$", name)
        )
        beside = (ROOT / found.path).parent / name
        if is_path and not (ROOT / name).exists() and not beside.exists() and name not in ELSEWHERE:
            missing.append(word)
    assert missing == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), ["README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for link in page(path).links:
            target = ((ROOT / path).parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file():
                waiting.append(target.relative_to(ROOT).as_posix())
    assert {found.path for found in PAGES} - reached == {"CHANGELOG.md"}


def test_pages_named_in_code_exist() -> None:
    # A page of docs/decisions may be named without its number.
    dead = []
    for name in FILES:
        if not name.endswith((".py", ".sh", ".yaml", ".j2")) or name.startswith("tests/"):
            continue
        for path in re.findall(r"(?<![\w/.])docs/[\w/-]+\.md", (ROOT / name).read_text(errors="replace")):
            folder, _, file = path.rpartition("/")
            if not (ROOT / path).is_file() and not list((ROOT / folder).glob(f"[0-9]*-{file}")):
                dead.append(f"{name}: {path}")
    assert dead == []


def test_pictures_are_small() -> None:
    pictures = [ROOT / name for name in FILES if name.endswith((".png", ".svg", ".jpg"))]
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_no_page_names_a_folder_of_the_machine_it_was_written_on(found: Page) -> None:
    # Root's own keys on a server are meant.
    text = found.text.replace("/root/.ssh/authorized_keys", "")
    assert re.findall(r"(?<![\w.])/(?:work|tmp|root|Users|mnt|srv)/\S*", text) == []
    assert [home for home in re.findall(r"/home/(\w+)", text) if home not in ("OWNER", "owner")] == []
