"""A changed password lets the new one in and the old one out, and no secret is left lying about."""

import re
import secrets
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.config import PROJECT_ROOT
from sandbox.stack import owner
from tests.e2e.visitor import Visitor
from tests.e2e.world import Server, World

pytestmark = pytest.mark.sandbox

CANARY = "canary-" + secrets.token_hex(16)


@contextmanager
def watched_command_lines() -> Iterator[set[bytes]]:
    """Command lines of all processes meanwhile: of this machine, and of its droplets, whose processes are its own."""
    seen: set[bytes] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(process.read_bytes())
                except OSError:
                    continue

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join(10)


def secrets_of(server: Server) -> list[str]:
    return [secret.get_secret_value() for _, secret in server.target.secrets]


def opens_sudo(box: Server, password: str) -> bool:
    words = [*box.ssh_words(box.owner), "sudo -S -k -p '' id -u"]
    done = subprocess.run(words, input=f"{password}\n", capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() == "0"


def files_with(box: Server, texts: list[str]) -> set[str]:
    """Every file on the host's disk and in its memory that holds one of the texts; they go in by standard input."""
    # Without what the kernel makes up: a process's own arguments and memory would be found there.
    search = "grep -rlaF -D skip --exclude-dir=proc --exclude-dir=sys -f - / || [ $? = 1 ]"
    words = [*box.ssh_words(), search]
    done = subprocess.run(words, input="\n".join(texts), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split("\n")) - {""}


@pytest.fixture(scope="module")
def old(box: Server) -> tuple[Server, Visitor]:
    """The server before its secrets changed, and somebody who was let in then."""
    inside = Visitor(box.url)
    assert inside.log_in(box.password)
    return Server(box.target, box.key, box.known_hosts), inside


@pytest.fixture(scope="module")
def command_lines(world: World, box: Server, old: tuple[Server, Visitor]) -> set[bytes]:
    """Of all that ran while the changed secrets were converged."""
    box.target = box.with_secrets(password=secrets.token_urlsafe(18), sudo_password=secrets.token_urlsafe(18))
    with watched_command_lines() as seen:
        done = world.converge(box.target)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert not [secret for secret in secrets_of(box) + secrets_of(old[0]) if secret in said]
    assert "argon2" not in said
    return seen


def test_the_old_password_and_its_sessions_are_out(
    box: Server, old: tuple[Server, Visitor], command_lines: set[bytes]
) -> None:
    before, inside = old
    assert inside.get("/api/contents").status_code == 403
    tree = inside.get("/tree")
    assert tree.status_code == 302 and "/login" in tree.headers["Location"]
    assert not Visitor(box.url).log_in(before.password)
    assert Visitor(box.url).log_in(box.password)


def test_so_is_the_old_sudo_password(box: Server, old: tuple[Server, Visitor], command_lines: set[bytes]) -> None:
    assert not opens_sudo(box, old[0].target.secrets.sudo_password.get_secret_value())
    assert opens_sudo(box, box.target.secrets.sudo_password.get_secret_value())


def test_no_process_was_told_a_secret_on_its_command_line(
    box: Server, old: tuple[Server, Visitor], command_lines: set[bytes]
) -> None:
    # Both ends were seen: pyinfra here, and on the host what it runs there.
    assert any(b"pyinfra\x00-y\x00inventories" in line for line in command_lines)
    assert any(b"systemctl restart" in line for line in command_lines)
    told = [
        line for line in command_lines for secret in secrets_of(box) + secrets_of(old[0]) if secret.encode() in line
    ]
    assert told == []


def test_the_second_run_is_clean(world: World, box: Server, command_lines: set[bytes]) -> None:
    assert world.changes(box.target) == []


def test_no_secret_is_on_the_host(box: Server, old: tuple[Server, Visitor], command_lines: set[bytes]) -> None:
    """Logs, journal, what was staged, what was downloaded: hashes are all that it has of a password."""
    box.ask(f"echo {CANARY} > /var/log/canary; logger {CANARY}; journalctl --sync")
    found = files_with(box, [CANARY, *secrets_of(box), *secrets_of(old[0])])
    journals = {path for path in found if "/journal/" in path}
    assert journals and found - journals == {"/var/log/canary"}
    # Long entries of the journal are compressed: it is asked as well.
    lines = box.ask("journalctl --no-pager --output export")
    assert CANARY in lines and not [secret for secret in secrets_of(box) + secrets_of(old[0]) if secret in lines]


def test_here_they_are_in_the_owners_files_only(world: World, server: Server) -> None:
    """`owner.json` is where they are kept, `target.json` what `make converge` runs with where there is no engine,
    `passphrase` the engine's where there is one."""
    home, person = world.config.home, owner.of(world.config)
    places = {secret: {"owner.json", "target.json"} for secret in secrets_of(server)}
    places |= {person.token: {"owner.json"}, person.passphrase: {"owner.json", "passphrase"}}
    for secret, names in places.items():
        found = {path for path in home.rglob("*") if path.is_file() and secret in path.read_text(errors="replace")}
        assert {path.name for path in found} == names
        assert {path.stat().st_mode & 0o777 for path in found} == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700
    logs = list((home / "state").rglob("*.log"))
    assert logs and {log.stat().st_mode & 0o777 for log in logs} == {0o600}
    assert not re.search("argon2|PRIVATE KEY", "".join(log.read_text() for log in logs))
    debug = PROJECT_ROOT / "pyinfra-debug.log"
    assert not debug.exists() or not [secret for secret in secrets_of(server) if secret in debug.read_text()]
