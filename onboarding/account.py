"""The DigitalOcean account, asked before there is a stack. API: https://docs.digitalocean.com/reference/api/"""

import os
from dataclasses import dataclass
from typing import Any

import requests

from contract.errors import OwnerError

TOKENS_PAGE = "https://cloud.digitalocean.com/account/api/tokens"
_PAGE = 200


class TokenError(OwnerError):
    """The token is none that the API takes."""


@dataclass(frozen=True)
class Offer:
    """A size in a region. memory: MiB; disk: GiB; price: US dollars a month."""

    slug: str
    memory: int
    vcpus: int
    disk: int
    price: float

    def __str__(self) -> str:
        return (
            f"{self.memory / 1024:g} GB memory, {self.vcpus} processors, {self.disk} GB disk, ${self.price:g} a month"
        )

    @property
    def basic(self) -> bool:
        """Of the cheap kind, which a list for one person shows."""
        return self.slug.startswith("s-")


class Account:
    """Raises OwnerError for what the API refuses, with what to do."""

    def __init__(self, token: str) -> None:
        self._url = os.environ.get("DIGITALOCEAN_API_URL", "https://api.digitalocean.com").rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def verify(self) -> str:
        """The account's e-mail address, once it is known to be able to make a droplet."""
        account = self._get("account")["account"]
        if not account["email_verified"]:
            raise OwnerError(f"DigitalOcean has not verified {account['email']} yet: open the link in its mail.")
        if account["status"] != "active":
            reason = account.get("status_message") or "https://cloud.digitalocean.com/account tells why"
            raise OwnerError(f"The DigitalOcean account is {account['status']}: {reason}.")
        return str(account["email"])

    def regions(self) -> list[tuple[str, str]]:
        """Slug and name of those where droplets can be made."""
        return sorted((region["slug"], region["name"]) for region in self._list("regions") if region["available"])

    def offers(self, region: str) -> list[Offer]:
        """Sizes that this region has now, from 1 GB of memory on, the cheapest first."""
        offers = [
            Offer(size["slug"], size["memory"], size["vcpus"], size["disk"], size["price_monthly"])
            for size in self._list("sizes")
            if size["available"] and region in size["regions"] and size["memory"] >= 1024
        ]
        return sorted(offers, key=lambda offer: offer.price)

    def zones(self) -> list[str]:
        """Domains whose records DigitalOcean serves."""
        return [zone["name"] for zone in self._list("domains", scope="domain")]

    def _list(self, kind: str, scope: str = "") -> list[Any]:
        found: list[Any] = []
        while True:
            page = self._get(kind, f"?per_page={_PAGE}&page={len(found) // _PAGE + 1}", scope)[kind]
            found += page
            if len(page) < _PAGE:
                return found

    def _get(self, kind: str, query: str = "", scope: str = "") -> Any:
        try:
            answer = requests.get(f"{self._url}/v2/{kind}{query}", headers=self._headers, timeout=30)
        except requests.RequestException as error:
            raise OwnerError(f"DigitalOcean's API at {self._url} does not answer ({type(error).__name__}).") from None
        if answer.status_code == 401:
            raise TokenError(f"DigitalOcean does not accept this token. Make another: {TOKENS_PAGE}")
        if answer.status_code == 403:
            raise OwnerError(
                f"The token lacks the scope {scope or kind}:read. docs/reference/commands.md lists those needed; "
                f"make another: {TOKENS_PAGE}"
            )
        try:
            content = answer.json()
        except ValueError:
            content = {}
        if not answer.ok or kind not in content:
            raise OwnerError(f"DigitalOcean's API: GET /v2/{kind}: HTTP status {answer.status_code}. Try again later.")
        return content
