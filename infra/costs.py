"""What the server costs a month, in US dollars: sizes from the API, the rest from one dated table."""

from dataclasses import dataclass

EXTRAS_AS_OF = "2026-11-01"
"""Day on which the table below was compared with digitalocean.com/pricing."""

BACKUPS_SHARE = 0.20
"""Weekly backups cost this share of the droplet's price."""


@dataclass(frozen=True)
class MonthlyCost:
    """US dollars a month, taxes and traffic beyond the size's allowance not included."""

    droplet: float
    backups: float

    @property
    def total(self) -> float:
        return self.droplet + self.backups

    def __str__(self) -> str:
        parts = [f"${self.droplet:.2f} droplet"]
        if self.backups:
            parts.append(f"${self.backups:.2f} backups (share as of {EXTRAS_AS_OF})")
        return f"${self.total:.2f} a month, estimated: {' + '.join(parts)}"


def monthly_cost(price_monthly: float, *, backups: bool) -> MonthlyCost:
    """price_monthly: the size's, in US dollars, from the API."""
    return MonthlyCost(droplet=price_monthly, backups=price_monthly * BACKUPS_SHARE if backups else 0.0)
