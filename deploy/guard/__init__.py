"""Changes that could shut us out: undone by the host itself unless a new connection proves them.

arm, change, prove, settle. The old connection stays open all the while, but it is not relied on:
should the change cut it off, a timer on the host puts everything back.
"""

from dataclasses import dataclass

from pyinfra import logger
from pyinfra.api import FunctionCommand, Host, State, StringCommand

from deploy.guard.connection import new_connection_error
from deploy.script import Script, script

UNDO_SECONDS = 180


@dataclass(frozen=True)
class Guard:
    """
    name: of the change, in paths and unit names.
    paths: files and folders that the change touches; what they hold now is what is put back.
    after_undo: shell that makes what was put back count.
    consequence: what the owner reads when the new connection fails.
    """

    name: str
    paths: tuple[str, ...]
    after_undo: str
    consequence: str

    def armed(self) -> Script:
        return script(
            "guard/arm.sh",
            NAME=self.name,
            PATHS="\n".join(self.paths),
            AFTER=self.after_undo,
            LIMIT=UNDO_SECONDS,
        )

    def proven(self, host_key: str | None = None) -> FunctionCommand:
        """host_key: `ssh-ed25519 BASE64` that the host must now show; None: as known so far."""
        return FunctionCommand(_prove, [self, host_key], {})

    def settled(self) -> StringCommand:
        return script("guard/settle.sh", NAME=self.name)


def _prove(state: State, host: Host, guard: Guard, host_key: str | None) -> bool:
    # With these two parameters pyinfra takes the result for the outcome, without a traceback.
    error = new_connection_error(host, host_key)
    if error is None:
        return True
    undone, _ = host.run_shell_command(script("guard/undo.sh", NAME=guard.name))
    logger.error(
        f"{host.print_prefix}{guard.consequence} (A new connection failed: {error}.) "
        + (
            "Everything is as it was before."
            if undone
            else f"The server puts back what it had within {UNDO_SECONDS} s."
        )
    )
    return False
