"""`python -m sandbox`: DigitalOcean on this machine, and the stack in it."""

import argparse
import json
import os
import sys

import requests

from contract.errors import OwnerError
from sandbox import host, server
from sandbox.config import SandboxConfig, SandboxError
from sandbox.stack import commands, config_file, environment, owner


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        config = SandboxConfig.from_environment()
        return int(options.run(config, options) or 0)
    except (SandboxError, OwnerError) as error:
        # `serve` runs in the background: whoever waits for it finds its last words by this mark.
        print(f"SandboxError: {error}" if options.command == "serve" else error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. To go on from here: make up", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="DigitalOcean imitated on this machine, for Linux and root. Settings: JUPYTER_SANDBOX_NAME, _HOME, "
        "_SUBNET, _PORT and _ENGINE (auto, none, required).",
    )
    commands_ = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run, help: str) -> argparse.ArgumentParser:  # type: ignore[no-untyped-def]
        sub = commands_.add_parser(name, help=help, description=help)
        sub.set_defaults(run=run)
        return sub

    add("up", lambda config, _: commands.up(config), "start the sandbox, run the stack, converge the server")
    add("down", lambda config, _: commands.down(config), "remove everything the sandbox put on this machine")
    add("env", _env, "print, as shell assignments, what your own commands need to reach the sandbox stack")
    execute = add("exec", _exec, "run a command with the sandbox stack in its environment")
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND …")
    change = add("set", _set, "change a setting of the sandbox stack (what `pulumi config set` does)")
    change.add_argument("key")
    change.add_argument("value", help="a list as A,B")
    add("start", lambda config, _: server.ensure_running(config), "start the API and bring back its droplets")
    add("stop", _stop, "shut the droplets down and stop the API; `start` brings all back")
    add("status", _status, "say whether it runs, and list its droplets")
    fault = add("fault", _fault, "have the API or the next droplet misbehave; without arguments: list what is set")
    fault.add_argument("json", nargs="?", help='as in sandbox/README.md; "clear" takes all faults back')
    add("serve", lambda config, _: server.serve(config), "be the API, in the foreground")
    return parser


def _env(config: SandboxConfig, _: argparse.Namespace) -> None:
    print(environment.as_shell(commands.shell_variables(config)))


def _exec(config: SandboxConfig, options: argparse.Namespace) -> None:
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise SandboxError("Say which command: python -m sandbox exec -- pulumi stack")
    commands.execute(config, words)


def _set(config: SandboxConfig, options: argparse.Namespace) -> None:
    owner.of(config)
    config_file.refresh(config)
    config_file.set_value(config, options.key, options.value)
    print(f"{options.key} is set for the sandbox. To apply it: make up")


def _stop(config: SandboxConfig, _: argparse.Namespace) -> None:
    server.stop(config)
    host.stop(config)


def _status(config: SandboxConfig, _: argparse.Namespace) -> int:
    if not server.running(config):
        print("The sandbox does not run: make up")
        return 1
    print(f"The sandbox answers at {config.api_url}")
    for droplet in _ask(config, "GET", "/v2/droplets")["droplets"]:
        address = droplet["networks"]["v4"][0]["ip_address"]
        print(f"  {droplet['id']}  {droplet['name']}  {droplet['size_slug']}  {address}  {droplet['status']}")
    return 0


def _fault(config: SandboxConfig, options: argparse.Namespace) -> None:
    if options.json == "clear":
        _ask(config, "DELETE", "/sandbox/faults")
    elif options.json:
        try:
            fault = json.loads(options.json)
        except ValueError as error:
            raise SandboxError(f"That is no JSON ({error}). Examples are in sandbox/README.md.") from None
        _ask(config, "POST", "/sandbox/faults", fault)
    print(json.dumps(_ask(config, "GET", "/sandbox/faults"), indent=1))


def _ask(config: SandboxConfig, method: str, path: str, body: object = None) -> dict:  # type: ignore[type-arg]
    # Asked first: without a sandbox there is no owner yet, and none is to be made.
    if not server.running(config):
        raise SandboxError("The sandbox does not run: make up")
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the machine's is not for loopback
        headers = {"Authorization": f"Bearer {owner.of(config).token}"}
        answer = session.request(method, config.api_url + path, json=body, headers=headers, timeout=60)
    if not answer.ok:
        raise SandboxError(f"The sandbox refused that: {answer.text.strip()}")
    return answer.json() if answer.content else {}


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: the SDK leaves event loops in threads, which now and then end with a traceback.
    os._exit(code)
