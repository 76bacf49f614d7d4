"""Take the pictures of the README anew, from a running sandbox.

    make up && eval "$(make env)" && .venv/bin/python docs/images/take.py FOLDER

Needs what the tests need (`make test` installs it) and Chromium on PATH.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PHONE = {"width": 390, "height": 844}
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
NOTEBOOK = "hello.ipynb"


def take(page: Page, url: str, password: str, folder: Path) -> None:
    page.goto(f"{url}/login")
    page.locator("#password_input").wait_for()
    page.screenshot(path=folder / "login.png")
    page.fill("#password_input", password)
    page.click("#login_submit")
    page.locator(".jp-DirListing-content").wait_for()

    page.evaluate(
        """async ([name, empty]) => {
            const xsrf = document.cookie.match(/_xsrf=([^;]*)/)[1];
            const answer = await fetch(`/api/contents/${name}`, {
                method: "PUT", headers: {"X-XSRFToken": xsrf}, body: JSON.stringify(empty)});
            if (!answer.ok) throw new Error(answer.status);
        }""",
        [NOTEBOOK, {"type": "notebook", "format": "json", "content": _notebook()}],
    )
    page.goto(f"{url}/notebooks/{NOTEBOOK}")
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")
    cell = page.locator(".jp-CodeCell .cm-content").first
    cell.click()
    page.keyboard.type("1+1")
    page.locator('[data-command="notebook:run-cell-and-select-next"]').click()
    page.locator(".jp-OutputArea-executeResult", has_text="2").wait_for()
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / "notebook.png")


def _notebook() -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": "code", "id": "first", "source": "", "outputs": [], "metadata": {}}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": [cell | {"execution_count": None}],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def main() -> int:
    if len(sys.argv) != 2 or "JUPYTER_URL" not in os.environ:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*QUIET, "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
        take(page, os.environ["JUPYTER_URL"], os.environ["JUPYTER_PASSWORD"], folder)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
