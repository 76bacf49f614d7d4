"""The DigitalOcean account, asked before there is a stack. API: https://docs.digitalocean.com/reference/api/"""

import os
from dataclasses import dataclass
from typing import Any

import requests

from contract.errors import OwnerError

TOKENS_PAGE = "https://cloud.digitalocean.com/account/api/tokens"


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


class Account:
    """Raises OwnerError for what the API refuses, with what to do."""

    def __init__(self, token: str) -> None:
        self._url = os.environ.get("DIGITALOCEAN_API_URL", "https://api.digitalocean.com").rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def verify(self) -> str:
        """The account's e-mail address, once it is known to be able to make a droplet."""
        account = self._get("/v2/account")["account"]
        if not account["email_verified"]:
            raise OwnerError(f"DigitalOcean has not verified {account['email']} yet: open the link in its mail.")
        if account["status"] != "active":
            raise OwnerError(f"The account is {account['status']} ({account['status_message']}).")
        return str(account["email"])

    def regions(self) -> list[tuple[str, str]]:
        """Slug and name of those where droplets can be made."""
        found = self._get("/v2/regions?per_page=200")["regions"]
        return sorted((region["slug"], region["name"]) for region in found if region["available"])

    def offers(self, region: str) -> list[Offer]:
        """Basic sizes that this region has now, from 1 GB of memory on, the cheapest first."""
        found = self._get("/v2/sizes?per_page=200")["sizes"]
        offers = [
            Offer(size["slug"], size["memory"], size["vcpus"], size["disk"], size["price_monthly"])
            for size in found
            if size["available"]
            and region in size["regions"]
            and size["slug"].startswith("s-")
            and size["memory"] >= 1024
        ]
        return sorted(offers, key=lambda offer: offer.price)

    def _get(self, path: str) -> Any:
        try:
            answer = requests.get(self._url + path, headers=self._headers, timeout=30)
        except requests.RequestException as error:
            raise OwnerError(f"DigitalOcean's API at {self._url} does not answer ({type(error).__name__}).") from None
        if answer.status_code == 401:
            raise OwnerError(f"DigitalOcean does not accept this token. Make another: {TOKENS_PAGE}")
        if answer.status_code == 403:
            raise OwnerError(
                f"The token may not read {path.partition('?')[0]}: give it the scopes in docs/reference/commands.md"
            )
        if not answer.ok:
            raise OwnerError(f"DigitalOcean's API: GET {path}: HTTP status {answer.status_code}. Try again later.")
        return answer.json()
