"""A real browser, at a phone's size and at a desk's: log in, open a notebook, run 1+1, see 2."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from sandbox.config import PROJECT_ROOT
from tests.e2e.world import Server

pytestmark = pytest.mark.sandbox

SHOTS = PROJECT_ROOT / "tests" / "output"
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=800)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
FIRST_CELL = ".jp-Notebook .jp-Cell .cm-content"
NOTEBOOK = {
    "cells": [{"cell_type": "code", "execution_count": None, "id": "one", "metadata": {}, "outputs": [], "source": []}],
    "metadata": {"kernelspec": {"display_name": "Python", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def debians_chromium() -> str:
    """Its program; installed if need be and possible."""
    if not shutil.which("chromium") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-q", *words], env=environment, capture_output=True, timeout=600, check=False)
    return shutil.which("chromium") or pytest.skip(
        "There is no Chromium, and it cannot be installed: apt-get install chromium"
    )


@pytest.fixture(scope="module")
def chromium(guest: Server) -> Iterator[Browser]:
    # Names lead nowhere: the server is opened by its address, and nothing else is to be asked.
    nowhere = f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {guest.target.address}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=debians_chromium(), args=[*QUIET, nowhere])
        yield browser
        browser.close()


@pytest.mark.parametrize(("name", "size", "touch"), [("phone", PHONE, True), ("desk", DESK, False)])
def test_one_and_one_is_two(guest: Server, chromium: Browser, name: str, size: ViewportSize, touch: bool) -> None:
    guest.ask(f"printf %s '{json.dumps(NOTEBOOK)}' > ~/notebooks/{name}.ipynb", user=guest.owner)
    SHOTS.mkdir(exist_ok=True)
    context = chromium.new_context(viewport=size, has_touch=touch, is_mobile=touch)
    context.set_default_timeout(30_000)
    try:
        page = context.new_page()
        open_login_page(page, guest)
        page.screenshot(path=SHOTS / f"{name}-login.png")
        page.fill("#password_input", guest.password)
        press(page, "#login_submit", touch)
        open_notebook(page, guest, f"{name}.ipynb", SHOTS / f"{name}-files.png")
        write(page, "1+1", touch)
        result = page.locator(".jp-OutputArea-executeResult .jp-OutputArea-output")
        # Pressed before the kernel has started, the button does nothing: then it is pressed again, as a person would.
        for _ in range(4):
            press(page, FIRST_CELL, touch)
            press(page, '[data-command="notebook:run-cell-and-select-next"]', touch)
            with contextlib.suppress(AssertionError):
                expect(result.first).to_have_text("2", timeout=10_000)
                break
        expect(result).to_have_text("2", timeout=1_000)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
        page.screenshot(path=SHOTS / f"{name}-notebook.png")
    finally:
        context.close()


def open_login_page(page: Page, guest: Server) -> None:
    page.goto(f"{guest.url}/tree")
    expect(page.locator("#password_input")).to_be_visible()
    assert "/login" in page.url


def open_notebook(page: Page, guest: Server, name: str, shot: Path) -> None:
    expect(page.locator(".jp-DirListing-itemText", has_text=name)).to_be_visible()
    page.screenshot(path=shot)
    # By its address: the list is drawn anew now and then, and forgets the first of two taps.
    page.goto(f"{guest.url}/notebooks/{name}")


def write(page: Page, code: str, touch: bool) -> None:
    cell = page.locator(FIRST_CELL).first
    press(page, FIRST_CELL, touch)
    expect(cell).to_be_focused()
    page.keyboard.type(code)
    expect(cell).to_have_text(code)


def press(page: Page, selector: str, touch: bool) -> None:
    """With a finger, or with a mouse."""
    first = page.locator(selector).first
    if touch:
        first.tap()
    else:
        first.click()
