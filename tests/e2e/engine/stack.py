"""The stack in a sandbox with the engine, and what a run of it left."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract.identity import boot_host_key, lasting_host_key
from tests.e2e.account import Account
from tests.e2e.world import Done, Server, World


@dataclass(frozen=True)
class Stage:
    """A run that came to its end, or was brought to it.

    left: processes of ours that a Ctrl-C left here. listing: the account after it.
    """

    code: int
    screen: str
    listing: dict[str, list[dict[str, Any]]]
    left: dict[int, str]


def secrets(world: World) -> dict[str, str]:
    """What may stand nowhere in clear, by what it is; of each private key a line that is its alone."""
    owner: dict[str, str] = json.loads((world.config.home / "owner.json").read_text())
    keys = {"boot key": boot_host_key, "lasting key": lasting_host_key}
    private = {name: make(owner["identity_seed"]).private.splitlines()[3] for name, make in keys.items()}
    assert all(len(text) >= 16 for text in [*owner.values(), *private.values()])
    return owner | private


@dataclass(frozen=True)
class Stack:
    world: World
    account: Account
    variables: dict[str, str]

    def up(self) -> Done:
        """`make up`."""
        return self.world.sandbox("up", timeout=300)

    def must_up(self) -> str:
        done = self.up()
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def pulumi(self, *words: str, timeout: float = 300) -> Done:
        """As the owner types it after `eval "$(make env)"`."""
        return self.world.run(["pulumi", *words, "--non-interactive"], timeout=timeout, **self.variables)

    def set(self, *settings: str) -> None:
        """settings: `KEY=VALUE`, where the key may be a path."""
        plain = [word for setting in settings for word in ("--plaintext", setting)]
        done = self.pulumi("config", "set-all", "--path", *plain)
        assert done.returncode == 0, done.stderr

    def hand_overs(self) -> list[str]:
        """The logs of all hand-overs that came as far as the host."""
        return sorted(path.name for path in (self.world.config.home / "state" / "sandbox" / "logs").iterdir())

    def differences(self) -> str:
        """What the engine would change, or finds changed; "" for nothing."""
        questions = (("preview",), ("refresh", "--preview-only"))  # neither changes anything: both at once
        with ThreadPoolExecutor() as threads:
            answers = list(threads.map(lambda words: self.pulumi(*words, "--expect-no-changes"), questions))
        return "".join(done.stdout + done.stderr for done in answers if done.returncode != 0)

    @property
    def server(self) -> Server:
        return self.world.stack_server()

    @property
    def state_folder(self) -> Path:
        return self.world.config.home / ".pulumi"
