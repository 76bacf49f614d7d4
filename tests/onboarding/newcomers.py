"""Somebody with a clone and an account: a home of their own, an API on loopback, a stand-in for the engine."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from onboarding.__main__ import main
from settings.host import HostSettings
from tests.onboarding import fake_pulumi
from tests.sandbox.api.api_account import TOKEN

ROOT = Path(__file__).resolve().parent.parent.parent
STACK = "of-a-test"
"""No name that the developer's own stack may have."""


def install_pulumi(folder: Path) -> None:
    folder.mkdir()
    shutil.copy(fake_pulumi.__file__, folder / "fake_pulumi.py")
    (folder / "pulumi").write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {folder}/fake_pulumi.py "$@"\n')
    (folder / "pulumi").chmod(0o755)


class Newcomer:
    """home: theirs; bin: where `pulumi` is, with its record."""

    def __init__(self, home: Path, bin_: Path) -> None:
        self.home, self.bin = home, bin_

    def init(self, *flags: str) -> int:
        return main(["init", STACK, *flags])

    @property
    def calls(self) -> list[dict[str, Any]]:
        record = self.bin / "calls"
        return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []

    @property
    def settings(self) -> dict[str, Any]:
        """Of the stack, empty before there is one."""
        file = self.bin / "stack"
        found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        return found

    @property
    def config(self) -> Path:
        return self.home / ".config" / "jupyter-anywhere"

    @property
    def notes(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.config / f"{STACK}.json").read_text())
        return found

    @property
    def sheet(self) -> Path:
        return self.home / f"jupyter-anywhere-{STACK}-recovery.txt"

    @property
    def recovery_public(self) -> str:
        """The public half of the key on the sheet."""
        text = self.sheet.read_text()
        private = self.home / "recovery"
        private.write_text(text[text.index("-----BEGIN") :])
        private.chmod(0o600)
        command = ["ssh-keygen", "-y", "-f", str(private)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        return " ".join(done.stdout.split()[:2])

    @property
    def secrets(self) -> list[str]:
        passphrase = self.config / f"{STACK}.passphrase"
        own = [self.settings[key] for key in ("identity_seed", "password") if key in self.settings]
        return [TOKEN, *own, *([passphrase.read_text()] if passphrase.exists() else [])]

    def is_whole(self) -> bool:
        """Whether the stack has what `make up` asks for, and the sheet what opens it."""
        keys = HostSettings(ssh_public_keys=tuple(self.settings["ssh_public_keys"]), accept_anaconda_terms=True)
        text = self.sheet.read_text()
        return self.recovery_public in keys.ssh_public_keys and all(secret in text for secret in self.secrets[1:])


class Terminal:
    """`make init`'s command on a terminal of its own. Each wait is bounded."""

    def __init__(self, *words: str, seconds: float = 60) -> None:
        self._mine, theirs = pty.openpty()
        self._deadline = time.monotonic() + seconds
        self.shown = ""
        self._read = 0
        # Without a session of its own the child would have the terminal of whoever runs the tests.
        code = (
            "import fcntl, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from onboarding.__main__ import main; "
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"{code}sys.exit(main(sys.argv[1:]))", *words],
            cwd=ROOT,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        os.set_blocking(self._mine, False)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._mine)

    def answer(self, question: str, text: str) -> None:
        """Once the question (a pattern) is on the screen, behind the last one."""
        while not (found := re.search(question, self.shown[self._read :])):
            assert not self._ended(), f"{question!r} was not asked: {self.shown}"
        self._read += found.end()
        os.write(self._mine, text.encode())

    def end(self) -> int:
        """Its exit code."""
        while not self._ended():
            pass
        return self._process.wait(10)

    def _ended(self) -> bool:
        assert time.monotonic() < self._deadline, self.shown
        over = self._process.poll() is not None
        try:
            self.shown += os.read(self._mine, 65536).decode()
        except BlockingIOError:
            time.sleep(0.02)
        except OSError:  # what Linux says when the other end is closed
            return over
        return over
