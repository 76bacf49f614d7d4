"""The account's state in one file: each change is whole or not at all, also under kill -9."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from sandbox.api.records import State
from sandbox.config import SandboxError


class Store:
    """`state` is a snapshot to read; it is changed nowhere but inside `change()`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self.state = self._load()

    @contextmanager
    def change(self) -> Iterator[State]:
        """A draft to work on: kept when the block ends, dropped when it raises. One at a time."""
        with self._lock:
            draft = self.state.model_copy(deep=True)
            yield draft
            self._save(draft)
            self.state = draft

    def _load(self) -> State:
        if not self._path.exists():
            return State()
        try:
            return State.model_validate_json(self._path.read_bytes())
        except (ValidationError, ValueError) as error:
            raise SandboxError(
                f"{self._path} cannot be read: {error}\nRemove the folder {self._path.parent} to begin anew."
            ) from error

    def _save(self, state: State) -> None:
        """Mode 600: user data and its secrets are in it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(state.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
