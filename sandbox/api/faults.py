"""Faults on request: what a cloud does on a bad day, asked for by a test or a curious owner."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel

from sandbox.api.errors import ApiError

MESSAGES = {
    401: "Unable to authenticate you.",
    403: "You are not authorized to perform this operation.",
    404: "The resource you were accessing could not be found.",
    422: "The sandbox was asked to refuse this.",
    429: "API rate limit exceeded.",
    500: "Server was unable to give you a response.",
    503: "Service is temporarily unavailable.",
}


class AnswerFault(BaseModel):
    """The next `times` calls of `method` whose path matches the glob `path` take `sleep` seconds
    longer and are answered `status`; without a status they are carried out afterwards."""

    kind: Literal["answer"] = "answer"
    method: str = "*"
    path: str = "*"
    status: Literal[401, 403, 404, 422, 429, 500, 503] | None = None
    sleep: float = Field(default=0, ge=0, le=600)
    times: int = Field(default=1, ge=1)


class BootFault(BaseModel):
    """The next `times` droplets that are created boot so; both in seconds."""

    kind: Literal["boot"]
    ssh_delay: int = Field(default=0, ge=0)
    apt_lock: int = Field(default=0, ge=0)
    times: int = Field(default=1, ge=1)


class VanishFault(BaseModel):
    """A droplet is deleted behind its owner's back, as from the control panel. At once."""

    kind: Literal["vanish"]
    droplet: int


class Fault(RootModel[Annotated[AnswerFault | BootFault | VanishFault, Field(discriminator="kind")]]):
    """One fault; `kind` says which."""


@dataclass
class Faults:
    """Those still to come, oldest first. Kept in memory: a restart clears them."""

    _waiting: list[AnswerFault | BootFault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: AnswerFault | BootFault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.model_dump() for fault in self._waiting]

    def strike(self, method: str, path: str) -> None:
        """Let the fault happen that this call is due, if any. Raises ApiError."""
        fault = self._take(
            lambda fault: (
                isinstance(fault, AnswerFault)
                and fnmatchcase(method, fault.method.upper())
                and fnmatchcase(path, fault.path)
            )
        )
        if not isinstance(fault, AnswerFault):
            return
        time.sleep(fault.sleep)
        if fault.status:
            raise ApiError(fault.status, MESSAGES[fault.status])

    def next_boot(self) -> BootFault:
        """How the next droplet boots; without a fault, normally."""
        fault = self._take(lambda fault: isinstance(fault, BootFault))
        return fault if isinstance(fault, BootFault) else BootFault(kind="boot")

    def _take(self, due: Callable[[AnswerFault | BootFault], bool]) -> AnswerFault | BootFault | None:
        with self._lock:
            fault = next(filter(due, self._waiting), None)
            if fault is None:
                return None
            fault.times -= 1
            self._waiting = [waiting for waiting in self._waiting if waiting.times > 0]
            return fault
