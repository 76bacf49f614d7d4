"""Ports from outside: what is not in the table must not answer."""

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from check.report import Finding

USUAL = (21, 23, 25, 53, 80, 111, 139, 443, 445, 2049, 2375, 3000, 3306, 3389, 5000, 5432, 5900, 6379, 8000, 8080, 8443,
         8787, 8889, 9000, 9090, 9200, 11211, 27017)  # fmt: skip
"""TCP ports on which something is often left open by mistake."""

ANSWER_SECONDS = 2.0


def closed_outside_table(address: str, table: Iterable[int]) -> Finding:
    """A look at the usual ones; the tests look at all of them. table: TCP ports that may answer."""
    candidates = [port for port in USUAL if port not in set(table)]
    answering = open_ports(address, candidates)
    what = f"Of {len(candidates)} other usual ports none answers"
    fault = f"{', '.join(map(str, answering))} answered: look at the firewalls, then converge again: make converge"
    return Finding(what, fault if answering else "")


def open_ports(address: str, ports: Iterable[int], seconds: float = ANSWER_SECONDS) -> list[int]:
    """Those that take a TCP connection."""

    def answers(port: int) -> bool:
        try:
            socket.create_connection((address, port), timeout=seconds).close()
        except OSError:
            return False
        return True

    ports = list(ports)
    with ThreadPoolExecutor(max_workers=64) as pool:
        return [port for port, answered in zip(ports, pool.map(answers, ports), strict=True) if answered]
