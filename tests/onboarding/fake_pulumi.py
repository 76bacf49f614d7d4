"""Takes the engine's place: keeps one stack's settings in a file, and a record of how it was called.

Beside it: `calls` (a line of JSON each: words, standard input, variables), `stack` (its settings),
`login` (the URL it is logged in to, empty for none), `fails` (words at which it fails, and how often).
"""

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
STACK = HERE / "stack"


def main(words: list[str]) -> str:
    words = [word for word in words if word != "--non-interactive"]
    given = sys.stdin.read() if "--secret" in words else ""
    variables = {name: value for name, value in os.environ.items() if name.startswith(("PULUMI_", "DIGITALOCEAN_"))}
    with (HERE / "calls").open("a") as calls:
        calls.write(json.dumps({"words": words, "stdin": given, "variables": variables}) + "\n")
    failing = HERE / "fails"
    if failing.exists() and failing.read_text() in " ".join(words):
        failing.unlink()
        sys.exit("error: as this test wants it")
    settings = json.loads(STACK.read_text()) if STACK.exists() else None
    if words[0] == "whoami":
        if not (HERE / "login").exists():
            sys.exit("error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions")
        return json.dumps({"user": "ada", "url": (HERE / "login").read_text()})
    if words[:2] == ["stack", "ls"]:
        return json.dumps([] if settings is None else [{"name": os.environ["PULUMI_STACK"]}])
    if words[:2] == ["stack", "select"]:
        settings = settings or {}
    elif words[:2] == ["config", "--json"]:
        found = {key: {"value": value} for key, value in (settings or {}).items()}
        for key, value in (settings or {}).items():
            if isinstance(value, list):
                found[key] = {"value": json.dumps(value), "objectValue": value}
        return json.dumps({f"jupyter-anywhere:{key}": entry for key, entry in found.items()})
    elif words[:2] == ["config", "set"] and settings is not None:
        value = given if "--secret" in words else words[-1]
        key = next(word for word in words[2:] if not word.startswith("--"))
        name, _, index = key.partition("[")
        if index:
            values = settings.setdefault(name, [])
            values[int(index[:-1]) :] = [value, *values[int(index[:-1]) + 1 :]]
        else:
            settings[name] = value
    else:
        sys.exit(f"error: nothing is known here of {words}")
    STACK.write_text(json.dumps(settings))
    return ""


if __name__ == "__main__":
    print(main(sys.argv[1:]), end="")
