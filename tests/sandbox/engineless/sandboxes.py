"""The real API on loopback over doubles of the machine, and a hand-over that only takes note of itself."""

import shlex
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from sandbox import engineless
from sandbox.api.app import create_app
from sandbox.config import PROJECT_ROOT, SandboxConfig
from sandbox.stack import config_file, environment, owner
from tests.sandbox.api.api_doubles import MemoryFirewall, MemoryMachines, MemoryNames


class Sandbox:
    """`project` is the stack's program with another `.venv/bin/python`, which the hand-over is run by."""

    def __init__(self, folder: Path) -> None:
        config = SandboxConfig(name="test", home=folder / "home", cache=folder / "cache")
        self.machines = MemoryMachines()
        token = owner.of(config).token
        self.app = create_app(config, token, self.machines, MemoryFirewall(), MemoryNames())
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.config = replace(config, api_port=self._server.port)
        self.project = folder / "project"
        self._notes = folder / "hand-overs"
        self._exit_code = folder / "exit-code"
        self._make_project()

    def __enter__(self) -> "Sandbox":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.app.extensions["sandbox-workers"].wait()

    def _make_project(self) -> None:
        python = self.project / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        (self.project / "__main__.py").symlink_to(PROJECT_ROOT / "__main__.py")
        self._notes.mkdir()
        self.let_the_hand_over_end_with(0)
        note, code = shlex.quote(f"{self._notes}/"), shlex.quote(str(self._exit_code))
        python.write_text(f'#!/bin/sh\n{{ echo "$*"; env; }} > {note}$$\nexit "$(cat {code})"\n')
        python.chmod(0o755)

    def let_the_hand_over_end_with(self, code: int) -> None:
        self._exit_code.write_text(str(code))

    def hand_overs(self) -> list[dict[str, str]]:
        """The environment of each since the last question; "" is its command line."""
        found = []
        for note in sorted(self._notes.iterdir(), key=lambda note: note.stat().st_mtime_ns):
            words, *lines = note.read_text().splitlines()
            found.append({"": words, **dict(line.split("=", 1) for line in lines if "=" in line)})
            note.unlink()
        return found

    @property
    def cloud(self) -> Any:
        return self.app.extensions["sandbox-cloud"]

    def set(self, key: str, value: Any) -> None:
        """A choice of the owner's, in the stack's configuration."""
        config_file.refresh(self.config)
        document = config_file.read_document(config_file.path(self.config))
        document["config"][f"jupyter-anywhere:{key}"] = value
        config_file.write(self.config, document)

    def up(self) -> dict[str, Any]:
        config_file.refresh(self.config)
        return engineless.run(self.config, environment.base(self.config, None))
