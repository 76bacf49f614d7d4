"""Findings: a line each, and whether they are fatal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """what: a guarantee, as a sentence. fault: why it does not hold, and what to do; "" when it holds."""

    what: str
    fault: str = ""

    def __str__(self) -> str:
        return f"FATAL  {self.what}: {self.fault}" if self.fault else f"ok     {self.what}"
