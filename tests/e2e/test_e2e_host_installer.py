"""An installer that is wrong, cut, away or broken off: nothing is installed, it is said why, the next run mends it."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from contract import paths
from sandbox.network import bridge
from tests.e2e.visitor import Visitor
from tests.e2e.world import Server, World

pytestmark = pytest.mark.sandbox

HANG = "/var/tmp/hang"

# With the contract of the real ones, and quick: what it installs is a copy of what is there already.
INSTALLER = (
    f"""#!/bin/sh
# usage: bash FILE -b -u -p PREFIX
set -eu
prefix=$4
if [ -e {HANG} ]; then
    mkdir -p "$prefix/half"
    exec sleep 600
fi
cp -a {paths.CONDA_ROOT}/anaconda3-standin/. "$prefix/"
exit 0
""".encode()
    + b"#" * 200_000
)


@dataclass
class Publisher:
    """A web site with an installer. cut: how many downloads end half-way; asked: the `Range` of each."""

    address: str
    cut: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, path: str = "installer.sh") -> str:
        return f"http://{self.address}/{path}"


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[Publisher]:
    """On an address of its own: port 80 of the gateway is the sandbox's."""
    address = world.config.subnet.network_address + 241
    bridge.add_address(world.config, address)
    publisher = Publisher(str(address))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/installer.sh":
                self.send_error(404)
                return
            asked = self.headers.get("Range", "")
            publisher.asked.append(asked)
            begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
            body = INSTALLER[begin:]
            self.send_response(206 if asked else 200)
            if asked:
                self.send_header("Content-Range", f"bytes {begin}-{len(INSTALLER) - 1}/{len(INSTALLER)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if publisher.cut:
                publisher.cut -= 1
                body = body[: len(body) // 2]
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((publisher.address, 80), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield publisher
        server.shutdown()
        thread.join(10)


@pytest.fixture(autouse=True)
def unharmed(box: Server) -> Iterator[None]:
    """Whatever becomes of an installer: the server goes on with the Python that it has."""
    pid = box.ask("systemctl show --property MainPID --value jupyter")
    yield
    assert box.ask("systemctl show --property MainPID --value jupyter") == pid
    owner = Visitor(box.url)
    assert owner.log_in(box.password)
    kernel = owner.kernel()
    assert kernel.run("print(6 * 7)") == "42"
    kernel.end()


def choose(box: Server, version: str, url: str, content: bytes = INSTALLER) -> None:
    """Set another installer."""
    sha256 = hashlib.sha256(content).hexdigest()
    box.target = box.with_settings(installer_version=version, installer_url=url, installer_sha256=sha256)


def refusal(world: World, box: Server) -> str:
    """What a converge says that must fail."""
    done = world.converge(box.target)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    return said


def installed(box: Server) -> tuple[str, list[str]]:
    """The prefix in use, and the finished ones."""
    return box.ask(f"readlink {paths.CONDA_CURRENT}"), box.ask(f"ls {paths.CONDA_MARKERS}").split()


def assert_installed(world: World, box: Server, version: str) -> None:
    current, finished = installed(box)
    assert current == f"{paths.CONDA_ROOT}/{version}" and version in finished
    owner = Visitor(box.url)
    assert owner.log_in(box.password)
    kernel = owner.kernel()
    assert kernel.run("import sys; print(sys.prefix)") == current
    kernel.end()
    assert world.changes(box.target) == []


def assert_not_installed(box: Server, version: str) -> None:
    current, finished = installed(box)
    assert current != f"{paths.CONDA_ROOT}/{version}" and version not in finished


def assert_nothing_there(box: Server, version: str) -> None:
    assert_not_installed(box, version)
    assert box.run(f"test -e {paths.CONDA_ROOT}/{version}").returncode == 1


def test_another_content_than_its_digest_says(world: World, box: Server, site: Publisher) -> None:
    choose(box, "digest", site.url(), b"what the owner had seen")
    said = refusal(world, box)
    expected, got = (hashlib.sha256(content).hexdigest() for content in (b"what the owner had seen", INSTALLER))
    assert f"its SHA-256 is {got}, and must be {expected}. It was not run." in said
    assert_nothing_there(box, "digest")
    assert box.ask(f"ls {paths.DOWNLOADS_DIRECTORY}") == ""

    choose(box, "digest", site.url())
    assert world.changes(box.target)
    assert_installed(world, box, "digest")


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("http://{address}/other.sh", "The requested URL returned error: 404"),
        ("http://{address}:8443/installer.sh", "lets downloads out on ports 80 and 443 only"),
    ],
)
def test_a_url_where_there_is_nothing(world: World, box: Server, site: Publisher, path: str, advice: str) -> None:
    before = box.target
    url = path.format(address=site.address)
    choose(box, "away", url)
    said = refusal(world, box)
    assert f"The installer of away could not be downloaded from {url}. Run this again" in said
    assert advice in said
    assert_nothing_there(box, "away")
    box.target = before


def test_a_download_cut_half_way_goes_on_from_there(world: World, box: Server, site: Publisher) -> None:
    choose(box, "cut", site.url())
    site.cut, site.asked[:] = 100, []
    said = refusal(world, box)
    assert (
        "The installer of cut could not be downloaded" in said and "Run this again to go on where it stopped." in said
    )
    assert_nothing_there(box, "cut")

    site.cut, site.asked[:] = 0, []
    assert world.changes(box.target)
    assert len(site.asked) == 1 and site.asked[0].startswith("bytes=")
    assert_installed(world, box, "cut")


def test_half_a_prefix_is_made_anew(world: World, box: Server, site: Publisher, tmp_path: Path) -> None:
    before = box.target
    choose(box, "half", site.url())
    box.ask(f"touch {HANG}")
    log = tmp_path / "converge.log"
    converging = world.start_converge(box.target, log)
    try:
        box.await_command(f"test -d {paths.CONDA_ROOT}/half/half && pgrep -x sleep")
        box.ask("pkill -KILL -x sleep")
        assert converging.wait(timeout=120) != 0
    finally:
        converging.kill()
        converging.wait()
        box.ask(f"rm -f {HANG}")
    assert "The installer of half failed; the whole output is in" in log.read_text()
    assert "Run this again to try anew." in log.read_text()
    assert_not_installed(box, "half")
    assert installed(box)[0] == f"{paths.CONDA_ROOT}/{before.settings.installer_version}"

    assert world.changes(box.target)
    assert_installed(world, box, "half")
    assert box.run(f"test -e {paths.CONDA_ROOT}/half/half").returncode == 1
