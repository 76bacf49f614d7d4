"""The sandbox's server process: started in the background, found again, told to stop."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from sandbox import progress
from sandbox.config import PROJECT_ROOT, SandboxConfig, SandboxError
from sandbox.stack import owner
from sandbox.standins.server import serve_installers

START_SECONDS = 600
"""The first start makes the droplets' image, which downloads a Linux system."""


def running(config: SandboxConfig) -> int | None:
    """The process that serves this sandbox, or None. Raises SandboxError if another one has its port."""
    # A proxy of the machine's is not for loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{config.api_url}/sandbox/health", timeout=5) as response:
            health = json.load(response)
    except (OSError, ValueError):
        return None
    if health.get("name") != config.name or health.get("home") not in (None, str(config.home)):
        raise SandboxError(
            f"Port {config.api_port} on 127.0.0.1 is another sandbox's ({health.get('name')}, {health.get('home')}).\n"
            f"Choose another one: export JUPYTER_SANDBOX_PORT={config.api_port + 1}"
        )
    return int(health["pid"])


def ensure_running(config: SandboxConfig) -> None:
    """Start it in the background unless it runs; return when it answers. Its words are shown meanwhile."""
    if running(config):
        return
    from sandbox import host

    host.require()
    owner.of(config)
    log = log_path(config)
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "sandbox", "serve"],
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # A session of its own: a Ctrl-C meant for `make up` must not stop the droplets' firewall.
            start_new_session=True,
        )
    with log.open() as words:
        for _ in range(START_SECONDS * 5):
            for line in words:
                if line.startswith(progress.MARK):
                    print(line.removeprefix(progress.MARK), end="", flush=True)
            if running(config):
                return
            if process.poll() is not None:
                raise SandboxError(_last_words(log))
            time.sleep(0.2)
    process.terminate()
    raise SandboxError(f"The sandbox did not start within {START_SECONDS} s. Its words are in {log}")


def _last_words(log: Path) -> str:
    """What the server said when it gave up: its own SandboxError, or where to read on."""
    text = log.read_text()
    _, found, error = text.rpartition("SandboxError: ")
    return error.strip() if found else f"The sandbox did not start. Its words are in {log}:\n{text[-2000:]}"


def serve(config: SandboxConfig) -> None:
    """Be that process, until it is told to stop."""
    from sandbox import host
    from sandbox.api import server

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.require_port(config)  # before anything is made, so that nothing is left if it cannot be had
    machine = host.start(config, known=server.known_droplets(config))
    serve_installers(config)
    server.run(config, owner.of(config).token, machine.machines, machine.firewall, machine.names)


def stop(config: SandboxConfig) -> None:
    """End the process, and wait until it is gone."""
    pid = running(config)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    for _ in range(100):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)


def log_path(config: SandboxConfig) -> Path:
    return config.home / "sandbox.log"
