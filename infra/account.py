"""What is asked of the account before anything is created: keys, sizes, the droplet that is there.

Reading first turns faults that the API would report half-way into one that stops at the start.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pulumi_digitalocean as digitalocean

from settings.cloud import CloudSettings
from settings.stack import SettingsError

_Answer = TypeVar("_Answer")

_HINTS = {
    " 401 ": "The token in DIGITALOCEAN_TOKEN is missing or not accepted. Make one at "
    "https://cloud.digitalocean.com/account/api/tokens, then: export DIGITALOCEAN_TOKEN=TOKEN",
    " 403 ": "The token in DIGITALOCEAN_TOKEN lacks a scope: README.md lists those that are needed",
    " 429 ": "Too many calls in a short time: wait some minutes, then run it again",
}


def _ask(question: Callable[[], _Answer]) -> _Answer:
    """The account's answer. Raises SettingsError with its own last words and what they call for."""
    try:
        return question()
    except Exception as error:
        # The SDK raises nothing narrower, and wraps the one line that matters in several that do not.
        words = " ".join(str(error).split()).rpartition("* ")[2].rstrip(".")
        hint = next((text for status, text in _HINTS.items() if status in f"{words} "), "Nothing was changed")
        raise SettingsError(f"DigitalOcean's API could not be asked: {words}. {hint}.") from None


@dataclass(frozen=True)
class Size:
    """A size as the API describes it. disk: GiB; memory: MiB; price_monthly: US dollars."""

    slug: str
    memory: int
    vcpus: int
    disk: int
    price_monthly: float


@dataclass(frozen=True)
class Present:
    """The stack's droplet as it is. disk: GiB; image: its slug, or its number once the slug is retired."""

    id: str
    address: str
    disk: int
    image: str


def present_droplet(tag: str) -> Present | None:
    """The droplet that bears the stack's tag, None before there is one."""
    found = [droplet for droplet in _ask(digitalocean.get_droplets).droplets if tag in droplet.tags]
    if not found:
        return None
    droplet = found[0]
    return Present(id=str(droplet.id), address=droplet.ipv4_address or "", disk=droplet.disk, image=droplet.image)


def require_active(new_droplet: bool) -> None:
    """Raises SettingsError when the account may not make what is to be made."""
    account = _ask(digitalocean.get_account)
    control_panel = "https://cloud.digitalocean.com/account"
    if not account.email_verified:
        raise SettingsError(
            f"DigitalOcean has not verified {account.email}: open the link in its mail, or {control_panel}"
        )
    if account.status != "active":
        reason = f" ({account.status_message})" if account.status_message else ""
        raise SettingsError(f"The DigitalOcean account is {account.status}{reason}: see {control_panel}")
    if new_droplet and len(_ask(digitalocean.get_droplets).droplets) >= account.droplet_limit:
        raise SettingsError(
            f"The DigitalOcean account may have {account.droplet_limit} droplets, and has them. Delete one that is not "
            f"needed, or ask for more: {control_panel}"
        )


def require_image(cloud: CloudSettings, present: Present | None) -> None:
    """Raises SettingsError when a new droplet would be made of an image that is not offered.

    Replacing deletes first: a misspelt image would cost the old droplet and bring no new one.
    """
    if present and (present.image == cloud.image or present.image.isdecimal()):
        return
    slugs = {image.slug for image in _ask(digitalocean.get_images).images if image.slug and image.status == "available"}
    if cloud.image not in slugs:
        allowed = ", ".join(sorted(slug for slug in slugs if slug.startswith(("ubuntu-", "debian-"))))
        raise SettingsError(
            f"Setting image = {cloud.image!r}: there is no such image; allowed are {allowed}. "
            "Set it with: pulumi config set image IMAGE"
        )


def chosen_size(cloud: CloudSettings, present: Present | None) -> Size:
    """The size that is to be rented. Raises SettingsError when it is not to be had or does not fit.

    The droplet is grown without its disk, so that of the present one is what a smaller size must still have.
    """
    offered = [size for size in _ask(digitalocean.get_sizes).sizes if size.available and cloud.region in size.regions]
    sizes = {
        size.slug: Size(size.slug, size.memory, size.vcpus, size.disk, size.price_monthly)
        for size in sorted(offered, key=lambda size: size.price_monthly)
    }
    if not sizes:
        regions = ", ".join(
            sorted(region.slug for region in _ask(digitalocean.get_regions).regions if region.available)
        )
        raise SettingsError(
            f"Setting region = {cloud.region!r}: no size is offered there; allowed are {regions}. "
            "Set it with: pulumi config set region REGION"
        )
    size = sizes.get(cloud.size)
    if size is None:
        raise SettingsError(_refusal(cloud, f"is not offered in {cloud.region}", sizes))
    disk = present.disk if present else 0
    if size.disk < disk:
        fitting = {slug: other for slug, other in sizes.items() if other.disk >= disk}
        raise SettingsError(
            _refusal(cloud, f"has a disk of {size.disk} GB, the server's is {disk} GB and cannot shrink", fitting)
        )
    return size


def _refusal(cloud: CloudSettings, reason: str, allowed: dict[str, Size]) -> str:
    shown = ", ".join(f"{size.slug} (${size.price_monthly:.0f})" for size in list(allowed.values())[:12]) or "none"
    return f"Setting size = {cloud.size!r}: it {reason}; allowed are {shown}. Set it with: pulumi config set size SIZE"


@dataclass(frozen=True)
class AccountKey:
    """A key that the account holds already. id: the API's number for it."""

    id: str
    name: str


def account_keys() -> dict[str, AccountKey]:
    """The account's SSH keys by MD5 fingerprint."""
    return {key.fingerprint: AccountKey(str(key.id), key.name) for key in _ask(digitalocean.get_ssh_keys).ssh_keys}


def md5_fingerprint(public_key: str) -> str:
    """`aa:bb:…` of an OpenSSH public key: what DigitalOcean identifies keys by."""
    digest = hashlib.md5(base64.b64decode(public_key.split()[1]), usedforsecurity=False).hexdigest()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))


def require_zone(domain: str) -> None:
    """Raises SettingsError when the account has no such zone to put records in."""
    zones = sorted(zone.name for zone in _ask(digitalocean.get_domains).domains)
    if domain not in zones:
        there = f"; it has {', '.join(zones)}" if zones else ""
        raise SettingsError(
            f"Setting domain = {domain!r}: the account has no such zone{there}. "
            "To have the stack make it: pulumi config set dns zone. "
            "If its name servers are elsewhere: pulumi config set dns external"
        )
