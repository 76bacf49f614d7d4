"""The shell that runs on the host: its syntax, and what can be tried without one."""

import functools
import hashlib
import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from deploy.script import DIRECTORY, script

SCRIPTS = sorted(path.relative_to(DIRECTORY).as_posix() for path in DIRECTORY.rglob("*.sh"))
INSTALLER = b"#!/bin/sh\necho installed\n" + b"#" * 200_000
DIGEST = hashlib.sha256(INSTALLER).hexdigest()


@pytest.mark.parametrize("name", SCRIPTS)
def test_syntax(name: str) -> None:
    subprocess.run(["sh", "-n", str(DIRECTORY / name)], check=True, timeout=10)


def test_values_are_quoted_and_secrets_go_in_by_standard_input() -> None:
    command = script("users/shadow_digest.sh", stdin="secret", NAME="a'; rm -rf /")
    assert command.get_raw_value().startswith("set -eu\nNAME='a'\"'\"'; rm -rf /'\n")
    assert "secret" not in command.get_raw_value()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves ranges like a real host of installers, and remembers what was asked for."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        content = (Path(self.directory) / self.path.lstrip("/")).read_bytes()
        wanted = self.headers.get("Range", "")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").partition("-")[0] or 0)
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.wfile.write(content[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    served = tmp_path / "served"
    served.mkdir()
    (served / "x.sh").write_bytes(INSTALLER)
    Handler.asked.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(served)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x.sh"
    server.shutdown()


def download(tmp_path: Path, url: str, **changes: str | int) -> subprocess.CompletedProcess[str]:
    values: dict[str, Any] = {
        "DIRECTORY": tmp_path / "cache",
        "ROOT": tmp_path / "opt",
        "VERSION": "v1",
        "URL": url,
        "SHA256": DIGEST,
        "DISK_GB": 0,
        "RETRIES": 0,
        "ADVICE": "take a larger one",
    } | changes
    command = script("conda/download.sh", **values).get_raw_value()
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)


def test_download_is_checked_and_kept(tmp_path: Path, url: str) -> None:
    assert download(tmp_path, url).returncode == 0
    assert (tmp_path / "cache/v1.sh").read_bytes() == INSTALLER
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["v1.sh"]


def test_download_that_is_there_is_not_repeated(tmp_path: Path, url: str) -> None:
    download(tmp_path, url)
    download(tmp_path, url)
    assert len(Handler.asked) == 1


def test_download_goes_on_where_it_stopped(tmp_path: Path, url: str) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/v1.sh.part").write_bytes(INSTALLER[:150_000])
    assert download(tmp_path, url).returncode == 0
    assert Handler.asked == ["bytes=150000-"]


def test_download_that_was_whole_but_unchecked_is_used(tmp_path: Path, url: str) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/v1.sh.part").write_bytes(INSTALLER)
    assert download(tmp_path, url).returncode == 0
    assert Handler.asked == []


def test_a_part_of_something_else_is_thrown_away(tmp_path: Path, url: str) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/v1.sh.part").write_bytes(b"y" * (len(INSTALLER) + 5))
    assert download(tmp_path, url).returncode == 0
    assert (tmp_path / "cache/v1.sh").read_bytes() == INSTALLER


def test_a_cut_off_download_keeps_its_part(tmp_path: Path, url: str) -> None:
    (tmp_path / "cache").mkdir()
    part = tmp_path / "cache/v1.sh.part"
    part.write_bytes(INSTALLER[:1000])
    assert download(tmp_path, "http://127.0.0.1:1/x.sh").returncode == 1
    assert part.read_bytes() == INSTALLER[:1000]


def test_another_file_is_refused_and_removed(tmp_path: Path, url: str) -> None:
    result = download(tmp_path, url, SHA256="0" * 64)
    assert result.returncode == 1
    assert f"its SHA-256 is {DIGEST}, and must be {'0' * 64}. It was not run." in result.stderr
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_small_disk_is_refused_before_the_download(tmp_path: Path, url: str) -> None:
    result = download(tmp_path, url, DISK_GB=10**6)
    assert result.returncode == 1
    assert "v1 needs 1000000 GB of free disk" in result.stderr
    assert "take a larger one" in result.stderr
    assert Handler.asked == []


def test_a_server_that_does_not_answer_is_told_in_a_sentence(tmp_path: Path) -> None:
    result = download(tmp_path, "http://127.0.0.1:1/x.sh", URL="http://127.0.0.1:1/x.sh")
    assert result.returncode == 1
    assert "The installer of v1 could not be downloaded from http://127.0.0.1:1/x.sh." in result.stderr
