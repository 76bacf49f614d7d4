"""What was made for which inputs, so that the next run knows what is there and what was asked for."""

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

Inputs = dict[str, Any]


class Record:
    """A JSON file: logical name to type, id, inputs (secrets only as digests). Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._entries: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, name: str) -> dict[str, Any] | None:
        return self._entries.get(name)

    def put(self, name: str, kind: str, identifier: str, inputs: Inputs) -> None:
        with self._lock:
            self._entries[name] = {"type": kind, "id": identifier, "inputs": digested(inputs)}
            new = self._path.with_suffix(".new")
            new.touch(mode=0o600)
            new.write_text(json.dumps(self._entries, indent=1, sort_keys=True))
            new.rename(self._path)

    def differences(self, name: str, inputs: Inputs) -> list[str]:
        """The inputs that are not as they were when the resource was made."""
        entry = self._entries.get(name)
        if entry is None:
            return []
        then, now = entry["inputs"], digested(inputs)
        return sorted(key for key in {*then, *now} if then.get(key) != now.get(key))


def digested(inputs: Inputs) -> dict[str, str]:
    """Each input as a digest: enough to see a difference, nothing of a secret in the file."""
    return {
        key: hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
        for key, value in inputs.items()
        if value is not None
    }
