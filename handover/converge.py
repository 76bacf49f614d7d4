"""Runs pyinfra over one target, as a process of its own.

The pyinfra command patches the standard library with gevent, so it must not share a process with
anything that talks to the engine.
"""

import contextlib
import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

from contract.target import Target
from handover.attempt import PROJECT_ROOT, state_directory
from handover.errors import HandoverError
from handover.screen import Screen

_PR_SET_PDEATHSIG = 1
_LOGS_KEPT = 20
_LAST_SECONDS = 30


def converge(target: Target) -> None:
    """Run `deploy/site.py` on the target. Raises HandoverError unless pyinfra came to its end."""
    log_path = new_log(target)
    screen = Screen(lambda line: print(line, flush=True), secrets(target))
    command = [str(Path(sys.executable).with_name("pyinfra")), "-y", "inventories/stack.py", "deploy/site.py"]
    begun = time.monotonic()
    with log_path.open("w", buffering=1) as log:
        log_path.chmod(0o600)
        process = subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            env=os.environ | target.to_environment() | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=_die_with_parent,
        )
        try:
            _follow(process, screen, log)
            # The end of its output comes a moment before its own, and killed then it would count as failed.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_LAST_SECONDS)
        finally:
            if process.poll() is None:
                process.kill()
            code = process.wait()
    if code != 0 or not screen.finished:
        raise HandoverError(
            f"Converging {target.address} stopped (pyinfra exit code {code}). The whole output: {log_path}. "
            "What was done stays done; `pulumi up` (sandbox: `make up`) goes on from there."
        )
    took = time.monotonic() - begun
    print(f"Converged {target.address}: {screen.changed or 'no'} changes, {took:.0f} s. Log: {log_path}", flush=True)


def _follow(process: subprocess.Popen[str], screen: Screen, log: TextIO) -> None:
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    # A thread reads, so that a silent step can be told from a finished one.
    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=5)
        except queue.Empty:
            screen.idle()
            continue
        if not line:
            return
        log.write(screen.masked(line))
        screen.read(line)


def _die_with_parent() -> None:
    # A Ctrl-C kills this process and nothing below it: without this, pyinfra would go on alone.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def secrets(target: Target) -> list[str]:
    fields = type(target.secrets).model_fields
    return [getattr(target.secrets, name).get_secret_value() for name in fields]


def new_log(target: Target) -> Path:
    """A path for this run's log, below the stack's state directory; the oldest ones are removed."""
    directory = state_directory(target.stack) / "logs"
    directory.mkdir(mode=0o700, exist_ok=True)
    for old in sorted(directory.glob("*.log"))[: -_LOGS_KEPT + 1]:
        old.unlink()
    return directory / time.strftime("%Y-%m-%dT%H-%M-%S.log")
