"""What our observing scripts print: `key=value`, one a line; a key may come more than once."""

from collections import defaultdict
from collections.abc import Iterable


def parsed(lines: Iterable[str]) -> dict[str, list[str]]:
    """Lines without `=` are skipped."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        key, separator, value = line.partition("=")
        if separator:
            found[key].append(value)
    return found


def first(found: dict[str, list[str]], key: str, default: str = "") -> str:
    return found.get(key, [default])[0]
