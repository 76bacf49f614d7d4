"""Templates, named for the file they become, as text."""

from pathlib import Path

from jinja2 import Environment, StrictUndefined

DIRECTORY = Path(__file__).resolve().parent

_jinja = Environment(undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True)


def rendered(name: str, **values: object) -> str:
    """name: path below `deploy/`. A value that the template lacks is an error, not a blank."""
    return _jinja.from_string((DIRECTORY / name).read_text()).render(**values)
