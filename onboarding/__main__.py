"""`python -m onboarding`: init, env, exec."""

import argparse
import os
import secrets
import sys
from pathlib import Path

from contract.errors import OwnerError
from onboarding import engine, keys, shell
from onboarding.account import TOKENS_PAGE, Account
from onboarding.questions import Questions, can_ask
from onboarding.sheet import Sheet
from settings.cloud import CloudSettings
from settings.host import MINIMUM_PASSWORD_LENGTH


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was answered so far is not kept; type it again.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m onboarding", description="From a clone to a stack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make a stack: ask what has to be known, write its settings")
    init.set_defaults(run=_init)
    init.add_argument("stack", nargs="?", default="dev")
    init.add_argument("--yes", action="store_true", help="ask nothing: flags and defaults decide")
    init.add_argument("--region")
    init.add_argument("--size")
    init.add_argument("--ssh-key", metavar="FILE.pub", help="default: the one in ~/.ssh, or a new one")
    init.add_argument("--password-file", type=Path, help="default: one is made")
    init.add_argument("--domain", help="a domain of yours, or empty for none")
    init.add_argument("--dns", choices=("record", "zone", "external"))
    init.add_argument("--python", choices=("anaconda", "miniforge"))
    init.add_argument("--accept-anaconda-terms", action="store_true", help="read https://www.anaconda.com/legal first")
    init.add_argument("--sheet", type=Path, help="where the recovery sheet is written")
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
        os.execvpe(words[0], words, os.environ | shell.variables(options.stack))
    except FileNotFoundError:
        help_ = " To install it: https://www.pulumi.com/docs/install/" if words[0] == "pulumi" else ""
        raise OwnerError(f"`{words[0]}` is not on PATH.{help_}") from None


def _init(options: argparse.Namespace) -> None:
    engine.require_pulumi()
    questions = Questions(interactive=can_ask() and not options.yes)
    token, account = _token(questions)
    email = account.verify()
    print(f"DigitalOcean account: {email}")

    cloud = CloudSettings()
    region = questions.choose("Where should it stand?", account.regions(), options.region, cloud.region, "--region")
    offers = [(offer.slug, str(offer)) for offer in account.offers(region)]
    if not offers:
        raise OwnerError(f"--region: {region} has no size to offer now; take another region.")
    size = questions.choose("How big?", offers, options.size, cloud.size, "--size")
    public = keys.own_key(options.ssh_key)
    questions.ask("SSH key", str(public), None, lambda _: keys.checked(public), "--ssh-key")
    given = _password_of(options.password_file)
    password = questions.ask_secret(
        "Password for the login page", given, secrets.token_urlsafe(16), _check_password, "--password-file"
    )
    domain = questions.ask("Domain of yours (empty for none)", options.domain, "", _check_domain, "--domain")
    python = _python(questions, options)

    variables = {"DIGITALOCEAN_TOKEN": token, **engine.backend(options.stack)}
    stack = engine.Stack(options.stack, variables)
    stack.create()
    recovery = keys.recovery_key()
    # Made once: another seed would be another host, with another key.
    seed = stack.get("identity_seed") or secrets.token_hex(32)
    stack.set_secret("identity_seed", seed)
    stack.set_secret("password", password)
    stack.set_list("ssh_public_keys", [keys.checked(public), recovery.public])
    for key, value in {"region": region, "size": size, "python_distribution": python}.items():
        stack.set(key, value)
    stack.set("accept_anaconda_terms", "true" if python == "anaconda" else "false")
    if domain:
        stack.set("domain", domain)
        stack.set("dns", options.dns or "record")
    shell.save(options.stack, variables)

    passphrase_file = variables.get("PULUMI_CONFIG_PASSPHRASE_FILE", "")
    passphrase = Path(passphrase_file).read_text() if passphrase_file else ""
    sheet = Sheet(options.stack, email, seed, password, passphrase, recovery.private)
    path = options.sheet or Path.home() / f"jupyter-anywhere-{options.stack}-recovery.txt"
    shell.write_private(path, str(sheet))
    print(f"\nThe stack {options.stack!r} is ready. Its settings: Pulumi.{options.stack}.yaml (secrets encrypted).")
    print(f"Your recovery sheet: {path}\n  Print it or put it into your password manager, then delete the file.")
    print(f"Next: make up STACK={options.stack}")


def _token(questions: Questions) -> tuple[str, Account]:
    def check(answer: str) -> str:
        if not answer:
            raise ValueError(f"make one at {TOKENS_PAGE}")
        return answer

    given = os.environ.get("DIGITALOCEAN_TOKEN")
    token = questions.ask_secret("DigitalOcean token", given, None, check, "DIGITALOCEAN_TOKEN in the environment")
    return token, Account(token)


def _password_of(path: Path | None) -> str | None:
    try:
        return path.read_text().strip() if path else None
    except OSError as error:
        raise OwnerError(f"--password-file: {error}") from None


def _check_password(answer: str) -> str:
    if len(answer) < MINIMUM_PASSWORD_LENGTH:
        raise ValueError(f"it has fewer than {MINIMUM_PASSWORD_LENGTH} characters")
    return answer


def _check_domain(answer: str) -> str:
    try:
        return CloudSettings(domain=answer).domain
    except ValueError:
        raise ValueError(f"{answer!r} is no domain; allowed are names like example.org") from None


def _python(questions: Questions, options: argparse.Namespace) -> str:
    choices = [
        ("miniforge", "small, packages of the conda-forge community, no terms to accept"),
        ("anaconda", "everything included, 12 GB of disk; choosing it accepts https://www.anaconda.com/legal"),
    ]
    if options.python == "anaconda" and not options.accept_anaconda_terms:
        raise OwnerError("--python anaconda needs --accept-anaconda-terms: read https://www.anaconda.com/legal first")
    given = options.python or ("anaconda" if options.accept_anaconda_terms else None)
    return questions.choose("Which Python for notebooks?", choices, given, "miniforge", "--python")


if __name__ == "__main__":
    sys.exit(main())
