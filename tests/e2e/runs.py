"""Commands that are watched, interrupted and killed while they run."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sandbox.config import PROJECT_ROOT
from sandbox.machines import processes
from tests.e2e.world import World


def await_(what: str, true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.05)


class Run:
    """A command in a process group of its own, as a terminal starts it. `text`: what it has printed."""

    def __init__(self, world: World, words: list[str], log: Path, **variables: str) -> None:
        self._log = log
        self._hand_overs = world.config.home / "state" / "sandbox" / "logs"
        self._before = set(self._hand_overs.glob("*.log"))
        with log.open("w") as output:
            self._process = subprocess.Popen(
                words,
                cwd=PROJECT_ROOT,
                env=world.environment | variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self._log.read_text()

    def await_text(self, text: str, seconds: float = 120) -> None:
        await_(f"{text!r} on the screen", lambda: text in self.text or self._ended(), seconds)
        assert text in self.text, self.text

    def await_step(self, name: str, seconds: float = 120) -> None:
        """Until the host is at this step of the deploy: the hand-over's log knows before the engine shows it."""

        def begun() -> bool:
            logs = set(self._hand_overs.glob("*.log")) - self._before
            return any(f"Starting operation: {name}" in log.read_text() for log in logs)

        await_(f"the step {name!r}", lambda: begun() or self._ended(), seconds)
        assert begun(), self.text

    def interrupt(self) -> None:
        """Ctrl-C: everything in the foreground of the terminal is told."""
        os.killpg(self._process.pid, signal.SIGINT)

    def wait(self, seconds: float) -> int:
        """Its exit code; it is ended when it takes longer."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise AssertionError(f"not at its end after {seconds} s:\n{self.text}") from None

    def _ended(self) -> bool:
        return self._process.poll() is not None


def of_sandbox(world: World) -> dict[int, str]:
    """Processes of this sandbox on this machine but its server, by what they inherit: id to command line."""
    mark = f"JUPYTER_SANDBOX_HOME={world.config.home}\0".encode()
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or entry.name == str(os.getpid()):
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            environment = (entry / "environ").read_bytes() + b"\0"
        except OSError:
            continue
        # The daemon below, which others use as well, may have been started from here.
        inherited = mark in environment and processes.MARK.encode() not in environment
        if inherited and words and not words.endswith("sandbox serve"):
            found[int(entry.name)] = words
    return found


def server_pid(world: World) -> int:
    """The sandbox's server."""
    marks = {f"JUPYTER_SANDBOX_HOME={world.config.home}", f"JUPYTER_SANDBOX_NAME={world.config.name}"}
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_text().split("\0") if entry.name.isdecimal() else []
            if words[-2:-1] == ["serve"] and marks <= set((entry / "environ").read_text().split("\0")):
                return int(entry.name)
        except OSError:
            continue
    raise AssertionError("the sandbox has no server process")


def kill_all(pids: Iterable[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


class CommandLines:
    """All command lines that were seen on the machine while the block ran, droplets' processes among them."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "CommandLines":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(10)

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            for entry in Path("/proc").iterdir():
                if entry.name.isdecimal():
                    try:
                        self.seen.add((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                    except OSError:
                        continue
