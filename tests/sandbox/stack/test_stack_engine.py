"""The Pulumi engine: whether there is one, and what it is asked."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.config import SandboxConfig, SandboxError
from sandbox.stack import config_file, engine, owner
from sandbox.stack.engine import Engine

SECRETS = {"identity_seed": "s" * 40, "password": "correct horse battery", "sudo_password": "sudo, please!"}


@pytest.fixture
def config(tmp_path: Path) -> SandboxConfig:
    return SandboxConfig(name="test", home=tmp_path / "home", cache=tmp_path / "cache")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH without any program, and nobody to download from; the folder on PATH."""

    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no network here")

    monkeypatch.setattr("sandbox.stack.engine.socket.create_connection", unreachable)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.delenv("JUPYTER_SANDBOX_ENGINE", raising=False)
    (tmp_path / "path").mkdir()
    return tmp_path / "path"


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("wish", [None, "auto", "required"])
def test_an_engine_on_path_is_used(
    wish: str | None, config: SandboxConfig, offline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wish:
        monkeypatch.setenv("JUPYTER_SANDBOX_ENGINE", wish)
    there = program(offline / "pulumi")
    assert engine.find(config) == there


@pytest.mark.usefixtures("offline")
def test_one_that_was_downloaded_before_is_used(config: SandboxConfig) -> None:
    there = program(config.cache / "pulumi" / "bin" / "pulumi")
    assert engine.find(config) == there


@pytest.mark.usefixtures("offline")
def test_without_any_there_is_none(config: SandboxConfig) -> None:
    assert engine.find(config) is None


def test_one_that_is_not_wanted_is_not_used(
    config: SandboxConfig, offline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(offline / "pulumi")
    monkeypatch.setenv("JUPYTER_SANDBOX_ENGINE", "none")
    assert engine.find(config) is None


@pytest.mark.usefixtures("offline")
def test_one_that_is_insisted_on_and_missing_is_told_with_where_to_get_it(
    config: SandboxConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_SANDBOX_ENGINE", "required")
    with pytest.raises(SandboxError, match=r"https://www\.pulumi\.com/docs/install/"):
        engine.find(config)


@pytest.mark.usefixtures("offline")
def test_a_wish_that_is_not_known_is_refused_with_those_that_are(
    config: SandboxConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_SANDBOX_ENGINE", "yes")
    with pytest.raises(SandboxError, match="'yes': allowed are auto, none and required"):
        engine.find(config)


class Recorded:
    """A program in the engine's place. `calls`: arguments, standard input and two variables of each."""

    def __init__(self, folder: Path, config: SandboxConfig) -> None:
        self.path = folder / "bin" / "pulumi"
        self._calls = folder / "calls"
        self._answers = folder / "answers.json"
        self.answer("stack ls", "[]")
        self.answer("stack export", '{"deployment": {}}')
        program(self.path).write_text(
            f"#!{sys.executable}\n"
            "import json, os, pathlib, sys\n"
            f"calls, answers = {str(self._calls)!r}, {str(self._answers)!r}\n"
            "arguments = sys.argv[1:]\n"
            "names = ('PULUMI_OPTION_CONFIG_FILE', 'PULUMI_CONFIG_PASSPHRASE_FILE')\n"
            "stdin = sys.stdin.read() if arguments[:2] == ['config', 'set'] else ''\n"
            "with open(calls, 'a') as file:\n"
            "    file.write(json.dumps([arguments, stdin, [os.environ.get(name) for name in names]]) + '\\n')\n"
            "if arguments[:2] == ['stack', 'init']:\n"
            "    folder = pathlib.Path(arguments[arguments.index('--cwd') + 1])\n"
            "    (folder / f'Pulumi.{arguments[2]}.yaml').write_text('encryptionsalt: v1:salt\\n')\n"
            "answer = json.load(open(answers)).get(' '.join(arguments[:2]), ['', 0])\n"
            "print(answer[0], file=sys.stderr if answer[1] else sys.stdout)\n"
            "sys.exit(answer[1])\n"
        )
        self.engine = Engine(config, self.path, os.environ | engine.variables(config, self.path))

    def answer(self, command: str, text: str, code: int = 0) -> None:
        answers = json.loads(self._answers.read_text()) if self._answers.exists() else {}
        self._answers.write_text(json.dumps({**answers, command: [text, code]}))

    @property
    def calls(self) -> list[list[Any]]:
        return [json.loads(line) for line in self._calls.read_text().splitlines()]

    @property
    def commands(self) -> list[str]:
        return [" ".join(arguments[:2]) for arguments, *_ in self.calls]


@pytest.fixture
def recorded(tmp_path: Path, config: SandboxConfig) -> Recorded:
    owner.of(config)
    config_file.refresh(config)
    return Recorded(tmp_path, config)


def test_a_new_stack_gets_its_secrets_by_standard_input(recorded: Recorded) -> None:
    recorded.engine.prepare(SECRETS)
    given = {arguments[3]: stdin for arguments, stdin, _ in recorded.calls if arguments[:2] == ["config", "set"]}
    assert given == SECRETS
    assert not [secret for secret in SECRETS.values() if secret in json.dumps([call[0] for call in recorded.calls])]


def test_a_secret_that_is_there_is_left_as_it_is(recorded: Recorded, config: SandboxConfig) -> None:
    document = config_file.read_document(config_file.path(config))
    document["config"]["jupyter-anywhere:password"] = {"secure": "v1:abc"}
    config_file.write(config, document)
    recorded.engine.prepare(SECRETS)
    set_ = [arguments[3] for arguments, *_ in recorded.calls if arguments[:2] == ["config", "set"]]
    assert set_ == ["identity_seed", "sudo_password"]


def test_a_new_stacks_salt_comes_into_the_sandboxes_file_and_nowhere_else(
    recorded: Recorded, config: SandboxConfig
) -> None:
    before = config_file.read(config)
    recorded.engine.prepare(SECRETS)
    document = config_file.read_document(config_file.path(config))
    assert document == {"config": before, "encryptionsalt": "v1:salt"}
    # With the option in its environment the engine would refuse `stack init`.
    (init,) = [call for call in recorded.calls if call[0][:2] == ["stack", "init"]]
    assert init[2] == [None, str(owner.passphrase_file(config))]
    assert not (config.home / "init").exists()


def test_a_stack_that_is_there_is_not_made_again(recorded: Recorded) -> None:
    recorded.answer("stack ls", '[{"name": "sandbox"}]')
    recorded.engine.prepare(SECRETS)
    assert "stack init" not in recorded.commands


def test_what_a_killed_engine_left_is_cleared(recorded: Recorded, config: SandboxConfig) -> None:
    lock = config.home / ".pulumi" / "locks" / "organization" / "lock.json"
    lock.parent.mkdir(parents=True)
    lock.touch()
    left = {"type": "creating", "resource": {"type": "command:local:Command", "inputs": {}}}
    recorded.answer("stack export", json.dumps({"deployment": {"pending_operations": [left]}}))
    recorded.engine.prepare(SECRETS)
    assert recorded.commands[-3:] == ["cancel --yes", "stack export", "refresh --yes"]
    assert "--clear-pending-creates" in recorded.calls[-1][0]


def test_where_nothing_was_left_nothing_is_cleared(recorded: Recorded) -> None:
    recorded.engine.prepare(SECRETS)
    assert not {"cancel --yes", "refresh --yes"} & set(recorded.commands)


def test_the_outputs_are_read_with_their_secrets(recorded: Recorded) -> None:
    recorded.answer("stack output", '{"address": "198.51.100.20"}')
    assert recorded.engine.outputs() == {"address": "198.51.100.20"}
    assert "--show-secrets" in recorded.calls[-1][0]


def test_a_ctrl_c_leaves_the_engine_the_time_to_end(recorded: Recorded, tmp_path: Path) -> None:
    """The terminal tells both; an engine that is killed by us would leave its lock."""
    tidied = tmp_path / "tidied"
    program(recorded.path).write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, signal, time\n"
        "def tidy(*_):\n"
        f"    time.sleep(1); pathlib.Path({str(tidied)!r}).touch(); raise SystemExit(1)\n"
        "signal.signal(signal.SIGINT, tidy)\n"
        "os.kill(os.getppid(), signal.SIGINT)\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "time.sleep(30)\n"
    )
    with pytest.raises(KeyboardInterrupt):
        recorded.engine.up()
    assert tidied.exists()


def test_a_failure_is_told_in_the_engines_words(recorded: Recorded) -> None:
    recorded.answer("stack output", "error: no stack", code=255)
    with pytest.raises(SandboxError, match=r"`pulumi stack output --json --show-secrets` failed:\nerror: no stack"):
        recorded.engine.outputs()


def test_ups_exit_code_is_passed_on(recorded: Recorded) -> None:
    recorded.answer("up --yes", "error: it failed", code=255)
    assert recorded.engine.up() == 255


def test_the_engines_own_commands_reach_the_sandbox_from_any_folder(config: SandboxConfig) -> None:
    variables = engine.variables(config, Path("/opt/pulumi/bin/pulumi"))
    assert variables["PATH"].split(os.pathsep)[0] == "/opt/pulumi/bin"
    assert variables["PULUMI_BACKEND_URL"] == f"file://{config.home}"
    assert variables["PULUMI_OPTION_CONFIG_FILE"] == str(config_file.path(config))
    assert shlex.split(variables["PULUMI_STACK"]) == ["sandbox"]
