"""Every command, setting and variable that a page names is there, and the reference names them all."""

import importlib.util
import os
import re
import sys
from pathlib import Path

import pytest

from sandbox.__main__ import _parser
from settings.stack import fields
from tests.docs.pages import PAGES, ROOT, WRITTEN, Page, page, project_files

REFERENCE = page("docs/reference/commands.md")
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
FILE_TARGETS = set(re.findall(r"^(\.venv/[\w-]+):", MAKEFILE, re.MULTILINE))
SETTINGS = {name for name, _, _ in fields()}
SECRETS = {name for name, _, secret in fields() if secret}
LISTS = {name for name, field, _ in fields() if field.annotation is not str and "tuple" in str(field.annotation)}
OUTPUTS = set(re.findall(r'pulumi\.export\("(\w+)"', (ROOT / "__main__.py").read_text()))
NO_SETTING = {"known_hosts", "cloud_init", "jupyter_server"}
INNER = ("JUPYTER_ANYWHERE_", "JUPYTER_CONFIG_DIR", "JUPYTER_PATH")
"""Set by one part of the project for another, or Jupyter's own."""


def by_path(found: Page) -> str:
    return found.path


def code_files() -> list[Path]:
    names = [name for name in project_files() if name.endswith((".py", ".sh")) or name == "Makefile"]
    return [ROOT / name for name in names if not name.startswith(("tests/", "docs/"))]


def sandbox_commands() -> set[str]:
    choices = next(action.choices for action in _parser()._actions if action.dest == "command")
    assert choices is not None
    return set(choices)


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_make_command_exists(found: Page) -> None:
    named = re.findall(r"(?:^|[\s`(;&|])make ((?:[a-z]|\.venv/)[\w/-]*)", found.code, re.MULTILINE)
    assert [name for name in named if name not in TARGETS | FILE_TARGETS] == []


def test_the_reference_names_every_make_command() -> None:
    assert set(re.findall(r"^\| `make (\w+)`", REFERENCE.text, re.MULTILINE)) == TARGETS


def test_the_reference_names_every_command_of_the_sandbox() -> None:
    section = REFERENCE.text.partition("## python -m sandbox")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == sandbox_commands()


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_command_of_the_sandbox_exists(found: Page) -> None:
    named = re.findall(r"-m sandbox (\w+)", found.code)
    assert [name for name in named if name not in sandbox_commands()] == []


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_module_that_is_run_exists(found: Page) -> None:
    for name in set(re.findall(r"python3? -m ([\w.]+)", found.code)) - {"pytest"}:
        spec = importlib.util.find_spec(name)
        assert spec, name
        if spec.submodule_search_locations:
            assert importlib.util.find_spec(f"{name}.__main__"), name


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_setting_that_is_set_exists(found: Page) -> None:
    commands = re.findall(
        r"(?:pulumi config (?:set|get|rm)|-m sandbox set) ((?:--\w+ )*)'?(\w+)(\[\d+\])?", found.code, re.MULTILINE
    )
    for options, key, index in commands:
        if key in ("KEY", "VALUE"):
            continue
        assert key in SETTINGS, key
        assert not index or (key in LISTS and "--path" in options), key
        assert ("--secret" in options) <= (key in SECRETS), key


@pytest.mark.parametrize("found", WRITTEN, ids=by_path)
def test_every_name_in_code_is_a_setting_or_an_output(found: Page) -> None:
    if not found.path.startswith(("README.md", "docs/how-to/", "docs/explanation/")):
        return
    named = {word for word in found.words if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", word)}
    assert named - SETTINGS - OUTPUTS - NO_SETTING == set()


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_output_that_is_asked_for_exists(found: Page) -> None:
    named = set(re.findall(r"pulumi stack output (\w+)", found.code)) - {"NAME"}
    assert named <= OUTPUTS


def test_the_reference_names_every_output() -> None:
    section = REFERENCE.text.partition("## Pulumi")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == OUTPUTS


def test_the_reference_names_every_environment_variable_of_ours() -> None:
    read = {
        name
        for path in code_files()
        for name in re.findall(r"\bJUPYTER_[A-Z_]*[A-Z]\b", path.read_text())
        # Python constants of that form are no variables of the environment.
        if re.search(rf"[\"'`]{name}\b|\b{name} (is|names)\b|[$]{{?{name}\b", path.read_text())
    }
    ours = {name for name in read if not name.startswith(INNER)}
    named = set(re.findall(r"JUPYTER_[A-Z_]*[A-Z]\b", REFERENCE.code))
    assert ours - named == set()
    code = "\n".join(path.read_text() for path in code_files())
    composed = {f"JUPYTER_SANDBOX_{part}" for part in ("NAME", "HOME", "SUBNET", "PORT", "ENGINE")}
    assert [name for name in named if name not in code and name not in composed] == []


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_every_program_of_the_virtual_environment_exists(found: Page) -> None:
    programs = set(re.findall(r"\.venv/bin/([\w-]+)", found.code))
    for program in programs - {"python"}:
        assert os.access(Path(sys.executable).with_name(program), os.X_OK), program


@pytest.mark.parametrize("found", PAGES, ids=by_path)
def test_inventories_and_deploys_that_are_run_exist(found: Page) -> None:
    for words in re.findall(r"pyinfra ((?:-\S+ )*\S+\.py \S+\.py)", found.code):
        assert [word for word in words.split() if word.endswith(".py") and not (ROOT / word).is_file()] == []
