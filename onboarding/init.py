"""`python -m onboarding init`: asks, checks with the account, and only then writes a stack's settings."""

import argparse
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contract.errors import OwnerError
from onboarding import engine, keys, shell
from onboarding.account import TOKENS_PAGE, Account, TokenError
from onboarding.questions import Questions, can_ask
from onboarding.sheet import Sheet
from settings.cloud import CloudSettings
from settings.host import MINIMUM_PASSWORD_LENGTH, read_public_key

_NONE = "none"


def init(options: argparse.Namespace) -> None:
    _check_stack(options.stack)
    engine.require_pulumi()
    given_password = _password_of(options.password_file)
    questions = Questions(interactive=can_ask() and not options.yes)
    token = _token(questions, options.stack)
    account = Account(token)
    email = account.verify()
    other = os.environ.get("DIGITALOCEAN_API_URL")
    print(f"DigitalOcean account: {email}{f' (at {other})' if other else ''}")

    variables = {"DIGITALOCEAN_TOKEN": token, **engine.backend(options.stack)}
    stack = engine.Stack(options.stack, variables)
    present = _present(stack, questions, options)

    values = _rented(account, questions, options, present)
    chosen_key, own = _ssh_key(questions, options.ssh_key)
    made_password = secrets.token_urlsafe(16)
    password = questions.ask_secret(
        "Password for the login page",
        given_password,
        present.get("password") or made_password,
        "the one it has" if present.get("password") else "one is made for you",
        _check_password,
        "--password-file",
    )
    values |= _domain(account, questions, options, present)
    values |= _python(questions, options, present)
    variables |= _key_variables(chosen_key)

    # The sheet and the notes first: broken off later, there is no secret that only the stack knows.
    recovery = keys.recovery_key()
    # Made once: another seed would be another host, with another key.
    seed = present.get("identity_seed") or secrets.token_hex(32)
    passphrase = Path(variables[shell.PASSPHRASE_FILE]).read_text() if shell.PASSPHRASE_FILE in variables else ""
    sheet = (options.sheet or Path.home() / f"jupyter-anywhere-{options.stack}-recovery.txt").absolute()
    shell.write_private(sheet, str(Sheet(options.stack, email, seed, password, passphrase, recovery.private)))
    shell.save(options.stack, variables)
    stack.create()
    stack.set_secret("identity_seed", seed)
    stack.set_secret("password", password)
    stack.set_list("ssh_public_keys", keys.all_keys(present.get("ssh_public_keys", []), own, recovery.public))
    for key, value in values.items():
        stack.set(key, value)

    print(f"\nThe stack {options.stack!r} is ready. Its settings: Pulumi.{options.stack}.yaml (secrets encrypted).")
    if password == made_password:
        print("A password was made for you; the recovery sheet has it.")
    print(f"Your recovery sheet: {sheet}\n  Print it or put it into your password manager, then delete the file.")
    if present:
        print("  An older sheet's SSH key opens the server until the next `make up`, and no more after it.")
    print(f"Next: make up STACK={options.stack}")


def _check_stack(name: str) -> None:
    if name == "sandbox":
        raise OwnerError("`sandbox` is the sandbox's own stack; take another name: make init STACK=dev")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,40}", name):
        raise OwnerError(f"{name!r} cannot be a stack's name; allowed are letters, digits, - and _")
    other = os.environ.get("PULUMI_STACK", name)
    if other != name:
        raise OwnerError(
            f"This shell is set up for the stack {other!r} (PULUMI_STACK). Open a new one, then: make init STACK={name}"
        )


def _present(stack: engine.Stack, questions: Questions, options: argparse.Namespace) -> dict[str, Any]:
    """The settings that were made before; empty for a new stack or half a one."""
    settings = stack.settings() if stack.exists() else {}
    if not settings.get("identity_seed"):
        return {}
    what = f"The stack {options.stack!r} is there already."
    if questions.interactive:
        if not questions.confirm(f"{what} Change its settings?"):
            raise OwnerError("Nothing was changed. Another stack: make init STACK=NAME")
    elif not options.yes:
        raise OwnerError(f"{what} To change its settings, add --yes: what no flag says stays as it is.")
    return settings


def _token(questions: Questions, stack: str) -> str:
    def check(answer: str) -> str:
        if not answer:
            raise ValueError(f"make one at {TOKENS_PAGE}")
        if not re.fullmatch(r"[!-~]+", answer):
            raise ValueError("that is no token: it has blanks or letters that none has")
        try:
            Account(answer).verify()
        except TokenError as error:
            raise ValueError(str(error)) from None
        return answer

    before = (shell.kept(stack) or {}).get("DIGITALOCEAN_TOKEN")
    return questions.ask_secret(
        "DigitalOcean token",
        os.environ.get("DIGITALOCEAN_TOKEN") or None,
        before,
        "the one of last time",
        check,
        "DIGITALOCEAN_TOKEN in the environment",
    )


def _rented(
    account: Account, questions: Questions, options: argparse.Namespace, present: Mapping[str, Any]
) -> dict[str, str]:
    usual = CloudSettings()
    region = questions.choose(
        "Where should it stand?",
        account.regions(),
        options.region,
        present.get("region", usual.region),
        "--region",
    )
    offers = account.offers(region)
    if not any(offer.basic for offer in offers):
        raise OwnerError(f"--region: {region} has no size to offer now; take another region.")
    size = questions.choose(
        "How big?",
        [(offer.slug, str(offer) if offer.basic else "") for offer in offers],
        options.size,
        present.get("size", usual.size),
        "--size",
    )
    return {"region": region, "size": size}


def _ssh_key(questions: Questions, given: str | None) -> tuple[str, str]:
    """The file or text that was chosen, and the public key."""
    usual = keys.usual()
    new = not usual.exists()

    def check(answer: str) -> str:
        if not (new and Path(answer).expanduser() == usual):
            read_public_key(answer)
        return answer

    print()
    text = f"SSH key to log in with{', made for you' if new else ', its public half'}"
    chosen = questions.ask(text, given, str(usual), check, "--ssh-key")
    if new and Path(chosen).expanduser() == usual:
        keys.make(usual)
    return chosen, read_public_key(chosen)


def _key_variables(chosen: str) -> dict[str, str]:
    """Where the private half is, unless it is found without being told."""
    private = keys.private_half(chosen)
    if private is None:
        print("The private half of that SSH key is not beside it: it must be in your SSH agent (ssh-add -l shows it).")
        return {}
    if keys.has_passphrase(private):
        print(f"That SSH key has a passphrase. Before `make up`, give it to your SSH agent: ssh-add {private}")
    return {} if private.parent == Path.home() / ".ssh" else {"JUPYTER_SSH_KEY": str(private.absolute())}


def _password_of(path: Path | None) -> str | None:
    try:
        return path.read_text().strip() if path else None
    except (OSError, UnicodeDecodeError) as error:
        raise OwnerError(f"--password-file: {path}: {getattr(error, 'strerror', None) or 'it is no text'}") from None


def _check_password(answer: str) -> str:
    if len(answer) < MINIMUM_PASSWORD_LENGTH:
        raise ValueError(f"it has fewer than {MINIMUM_PASSWORD_LENGTH} characters")
    return answer


def _domain(
    account: Account, questions: Questions, options: argparse.Namespace, present: Mapping[str, Any]
) -> dict[str, str]:
    def check(answer: str) -> str:
        name = "" if answer == _NONE else answer.lower().rstrip(".")
        try:
            return CloudSettings(domain=name).domain
        except ValueError:
            raise ValueError(f"{answer!r} is no domain; allowed are names like example.org, or {_NONE}") from None

    before = present.get("domain") or ""
    domain = questions.ask("Domain of yours, or none", options.domain, before or _NONE, check, "--domain")
    if not domain:
        if options.dns:
            raise OwnerError("--dns counts only with a domain: --domain example.org")
        return {"domain": ""} if before else {}
    zones = account.zones() if options.dns != "external" else []
    choices = [
        ("record", f"DigitalOcean serves {domain} already: only the server's records are made"),
        ("zone", f"the stack makes the zone; point {domain} to ns1, ns2 and ns3.digitalocean.com where you bought it"),
        ("external", "another service does: the records to enter there are printed"),
    ]
    default = present.get("dns", "record") if domain == before else "record" if domain in zones else "external"
    dns = questions.choose("Who serves its DNS?", choices, options.dns, default, "--dns")
    if dns == "record" and domain not in zones:
        raise OwnerError(f"--dns record: the account has no zone {domain}. Take zone, which makes it, or external.")
    return {"domain": domain, "dns": dns}


def _python(questions: Questions, options: argparse.Namespace, present: Mapping[str, Any]) -> dict[str, str]:
    choices = [
        ("miniforge", "small, packages of the conda-forge community, no terms to accept"),
        ("anaconda", "everything included, 12 GB of disk; choosing it accepts https://www.anaconda.com/legal"),
    ]
    if options.python == "anaconda" and not options.accept_anaconda_terms:
        raise OwnerError("--python anaconda needs --accept-anaconda-terms: read https://www.anaconda.com/legal first")
    before = str(present.get("python_distribution", "miniforge"))
    if before == "custom":
        choices.append((before, "the installer that you set"))
    given = options.python or ("anaconda" if options.accept_anaconda_terms else None)
    python = questions.choose("Which Python for notebooks?", choices, given, before, "--python")
    return {"python_distribution": python, "accept_anaconda_terms": "true" if python == "anaconda" else "false"}
