"""The firewall, as ufw keeps it."""

import shlex
from collections.abc import Mapping, Sequence
from io import StringIO

from pyinfra import host
from pyinfra.api import FileUploadCommand, operation

from deploy.facts.ufw import Ufw, UfwState
from deploy.firewall.rules import Rule, missing_and_surplus, shut_out, with_block
from deploy.guard import Guard
from deploy.refusal import refused
from deploy.script import Commands, script

DEFAULTS = {"IPV6": "yes", "DEFAULT_INPUT_POLICY": "DROP", "DEFAULT_OUTPUT_POLICY": "REJECT"}
"""Outgoing is rejected, not dropped: a call to a closed port fails at once instead of hanging."""

TRACKING = "jupyter-anywhere tracks connections"


@operation()
def table(
    rules: Sequence[Rule],
    blocks: Mapping[str, str],
    exclusive: bool,
    ssh_networks: Sequence[str] = (),
    host_key: str | None = None,
) -> Commands:
    """
    Deny incoming and reject outgoing connections but for some, if a new SSH connection can then be made; else undo.

    + rules: what is let through
    + blocks: text to put before all other rules, by file: `before.rules`, `before6.rules`
    + exclusive: delete every rule that is not among these; else only those that bear our mark
    + ssh_networks: networks to which the host narrows SSH; empty: it does not
    + host_key: `ssh-ed25519 BASE64` that the new connection must see; none: the one known so far
    """

    found = host.get_fact(Ufw)
    if shut_out(found.client, ssh_networks):
        yield refused(
            f"`allowed_addresses` would shut you out: you connect from {found.client}, and it allows "
            f"{', '.join(ssh_networks)}. Add {found.client}/{32 if '.' in found.client else 128} to it."
        )
        return
    missing, surplus = missing_and_surplus(found.rules, rules, exclusive=exclusive)
    defaults = {name: value for name, value in DEFAULTS.items() if found.defaults.get(name) != value}
    try:
        files = _changed_files(found, blocks)
    except ValueError as error:
        yield refused(f"{error}; `ufw reset` on the server makes it anew.")
        return
    if found.active and not missing and not surplus and not defaults and not files:
        host.noop("the firewall is on, with these rules")
        return

    guard = Guard(
        name="ufw",
        paths=("/etc/ufw", "/etc/default/ufw"),
        after_undo="if grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf; then ufw reload; else ufw disable; fi >/dev/null",
        consequence="With the new firewall you could not get in by SSH any more.",
    )
    yield guard.armed()
    if not found.active:
        yield script("firewall/track.sh", COMMENT=TRACKING)
    for name, text in files.items():
        yield FileUploadCommand(StringIO(text), f"/run/jupyter-anywhere/ufw/new/{name}")
    yield script(
        "firewall/apply.sh",
        NAME=guard.name,
        FILES=" ".join(files),
        DEFAULTS="\n".join(f"{name}={value}" for name, value in defaults.items()),
        COMMANDS="\n".join(
            [
                *(f"ufw --force {shlex.join(rule.words(delete=True))}" for rule in surplus),
                *(f"ufw {shlex.join(rule.words())}" for rule in missing),
            ]
        ),
    )
    yield guard.proven(host_key)
    yield guard.settled()
    yield script("firewall/untrack.sh", COMMENT=TRACKING)


def _changed_files(found: UfwState, blocks: Mapping[str, str]) -> dict[str, str]:
    if not found.installed:
        return {}
    changed = {}
    for name, block in blocks.items():
        text = with_block(found.files[name], block)
        if text != found.files[name]:
            changed[name] = text
    return changed
