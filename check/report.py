"""Findings: a line each, and how much they matter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """what: a guarantee, as a sentence. fault: why it does not hold, and what to do; "" when it holds.

    fatal: without it the server is of no use, or open to others; else it is a warning.
    """

    what: str
    fault: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        if not self.fault:
            return f"ok       {self.what}"
        return f"{'FATAL' if self.fatal else 'warning':<8} {self.what}: {self.fault}"
