"""What commands need to reach a stack: its backend, passphrase and token, kept outside the clone.

`~/.config/jupyter-anywhere/STACK.json`, mode 600: a token lies about there as `doctl`'s does.
"""

import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from contract.errors import OwnerError

BACKEND, PASSPHRASE_FILE = "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE"
KEPT = ("DIGITALOCEAN_TOKEN", BACKEND, PASSPHRASE_FILE, "JUPYTER_SSH_KEY")

_SET_BY_ENV = (*KEPT, "DIGITALOCEAN_API_URL", "PULUMI_CONFIG_PASSPHRASE", "JUPYTER_STATE")
"""By `eval "$(make env)"`, the sandbox's too."""


def directory() -> Path:
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "jupyter-anywhere"


def path(stack: str) -> Path:
    return directory() / f"{stack}.json"


def save(stack: str, variables: Mapping[str, str]) -> None:
    write_private(path(stack), json.dumps(variables, indent=1) + "\n")


def kept(stack: str) -> dict[str, str] | None:
    """None for a stack that `init` did not make."""
    try:
        content: dict[str, str] = json.loads(path(stack).read_text())
    except FileNotFoundError:
        return None
    except ValueError:
        raise OwnerError(f"{path(stack)} cannot be read. Delete it, then: make init STACK={stack}") from None
    return content


def variables(stack: str) -> dict[str, str]:
    """For `stack`; what this shell has set itself comes first, unless it was set for another stack."""
    here = {name: os.environ[name] for name in KEPT if name in os.environ and not _is_foreign(stack)}
    return {**(kept(stack) or {}), **here, "PULUMI_STACK": stack}


def environment(stack: str) -> dict[str, str]:
    """This shell's with those, and without what it was told of another stack."""
    foreign = _SET_BY_ENV if _is_foreign(stack) else ()
    return {name: value for name, value in os.environ.items() if name not in foreign} | variables(stack)


def _is_foreign(stack: str) -> bool:
    return kept(stack) is not None and os.environ.get("PULUMI_STACK", stack) != stack


def exports(stack: str) -> str:
    if not path(stack).exists():
        raise OwnerError(f"There are no notes on a stack {stack!r} on this machine: make init STACK={stack}")
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables(stack).items())


def make_private(folder: Path) -> None:
    """Those above it too: `mkdir` gives its mode to the last one only."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700)


def write_private(file: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    make_private(file.parent)
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
    new.rename(file)
