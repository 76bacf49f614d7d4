"""Whether the host that answers is the right one, and which key of ours opens it."""

from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from check.ssh import shown_key
from contract.identity import boot_host_key, lasting_host_key
from contract.target import Target
from handover.attempt import state_directory
from handover.errors import HandoverError
from settings.host import read_public_key


def known_hosts(target: Target) -> Path:
    """A known_hosts file with the one key that this host may have now.

    The lasting key, or, until the first hand-over of this droplet, its boot key. Raises
    HandoverError when the host shows another.
    """
    seed = target.secrets.identity_seed.get_secret_value()
    lasting, boot = lasting_host_key(seed), boot_host_key(seed)
    shown = shown_key(target.address)
    if shown == lasting.public:
        remember_handed_over(target)
    elif shown != boot.public:
        raise HandoverError(
            f"The host key that {target.address} shows is not this stack's. Either another machine answers there, "
            "or `identity_seed` was changed: it must be the one that the server was made with (pulumi config get)."
        )
    elif target.droplet_id in _handed_over(target):
        raise HandoverError(
            f"{target.address} shows the key of its first boot, which was replaced at the first hand-over. That key "
            "can be read on the droplet by others, so this may be another machine. If you rebuilt the droplet "
            f"yourself, remove its line from {_record(target)} and run `pulumi up` again."
        )
    path = state_directory(target.stack) / f"known_hosts-{target.droplet_id or target.address}"
    path.write_text(f"{target.address} {shown}\n")
    return path


def confirm_lasting_key(target: Target) -> None:
    """On a new connection the host shows its lasting key; from now on its boot key is refused.

    Raises HandoverError when it does not.
    """
    lasting = lasting_host_key(target.secrets.identity_seed.get_secret_value())
    if shown_key(target.address) != lasting.public:
        raise HandoverError(
            f"{target.address} does not show the lasting host key ({lasting.fingerprint}) that was put in place. "
            "Run `pulumi up` again (sandbox: `make up`)."
        )
    remember_handed_over(target)


def _record(target: Target) -> Path:
    return state_directory(target.stack) / "handed-over"


def _handed_over(target: Target) -> list[str]:
    path = _record(target)
    return path.read_text().split() if path.exists() else []


def remember_handed_over(target: Target) -> None:
    """From now on this droplet's boot key is refused."""
    droplets = _handed_over(target)
    if target.droplet_id not in droplets:
        _record(target).write_text("\n".join([*droplets, target.droplet_id]) + "\n")


def private_key(target: Target, chosen: str | None) -> Path | None:
    """The private half of one of the target's public keys; None leaves it to the SSH agent.

    chosen: the file that JUPYTER_SSH_KEY names, or None to look through ~/.ssh.
    """
    if chosen:
        path = Path(chosen).expanduser()
        if not path.is_file():
            raise HandoverError(f"JUPYTER_SSH_KEY names {chosen!r}, which is no file.")
        return path
    for public in sorted((Path.home() / ".ssh").glob("*.pub")):
        try:
            known = read_public_key(str(public)) in target.settings.ssh_public_keys
        except ValueError:
            continue
        if known and public.with_suffix("").is_file():
            return public.with_suffix("")
    return None


def unattended_key(target: Target, chosen: str | None) -> Path | None:
    """The private key for a run that nobody sits at; None leaves it to the SSH agent.

    A key with a passphrase would be asked for on a terminal that the engine has, so only the agent can give
    it. Raises HandoverError when it does not.
    """
    key = private_key(target, chosen)
    if key is None or not _has_passphrase(key):
        return key
    held = {f"{known.get_name()} {known.get_base64()}" for known in paramiko.Agent().get_keys()}
    if held & set(target.settings.ssh_public_keys):
        return None
    raise HandoverError(f"The SSH key {key} has a passphrase, and your SSH agent does not hold it: ssh-add {key}")


def _has_passphrase(private: Path) -> bool:
    content = private.read_bytes()
    try:
        load_ssh_private_key(content, None)
    except TypeError:
        return True
    except (ValueError, UnsupportedAlgorithm):
        return b"ENCRYPTED" in content  # older forms than OpenSSH's own
    return False
