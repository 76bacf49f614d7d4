"""`python -m onboarding`: init, env, exec."""

import argparse
import os
import sys
from pathlib import Path

from contract.errors import OwnerError
from onboarding import shell
from onboarding.init import init


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'This machine'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Type it again: it completes what is half made.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m onboarding", description="From a clone to a stack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    first = commands.add_parser(
        "init",
        help="make a stack: ask what has to be known, write its settings",
        description="Make a stack, or change one. The token is asked for, or taken from DIGITALOCEAN_TOKEN.",
    )
    first.set_defaults(run=init)
    first.add_argument("stack", nargs="?", default="dev")
    first.add_argument("--yes", action="store_true", help="ask nothing: flags decide, then what was set, then defaults")
    first.add_argument("--region")
    first.add_argument("--size")
    first.add_argument("--ssh-key", metavar="FILE.pub", help="default: the one in ~/.ssh, or a new one")
    first.add_argument("--password-file", type=Path, metavar="FILE", help="default: one is made")
    first.add_argument("--domain", help="a domain of yours, or none")
    first.add_argument("--dns", choices=("record", "zone", "external"), help="default: record")
    first.add_argument("--python", choices=("anaconda", "miniforge"), help="default: miniforge")
    first.add_argument("--accept-anaconda-terms", action="store_true", help="read https://www.anaconda.com/legal first")
    first.add_argument("--sheet", type=Path, metavar="FILE", help="where the recovery sheet is written; default: ~")
    env = commands.add_parser("env", help="print, as shell assignments, what commands need to reach a stack")
    env.add_argument("stack")
    env.set_defaults(run=lambda options: print(shell.exports(options.stack)))
    execute = commands.add_parser("exec", help="run a command with that in its environment")
    execute.add_argument("stack")
    execute.add_argument("words", nargs=argparse.REMAINDER)
    execute.set_defaults(run=_exec)
    return parser


def _exec(options: argparse.Namespace) -> None:
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise OwnerError("Say which command: python -m onboarding exec STACK -- pulumi stack")
    try:
        os.execvpe(words[0], words, shell.environment(options.stack))
    except FileNotFoundError:
        help_ = " To install it: https://www.pulumi.com/docs/install/" if words[0] == "pulumi" else ""
        raise OwnerError(f"`{words[0]}` is not on PATH.{help_}") from None


if __name__ == "__main__":
    sys.exit(main())
