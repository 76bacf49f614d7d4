"""What DigitalOcean sells, as far as the sandbox imitates it: basic sizes and regions.

Prices as of 2026-01, in US dollars; `/v2/sizes` of the real API is the authority.
"""

from dataclasses import dataclass

from sandbox.interfaces import Hardware

REGIONS = {
    "ams3": "Amsterdam 3",
    "blr1": "Bangalore 1",
    "fra1": "Frankfurt 1",
    "lon1": "London 1",
    "nyc1": "New York 1",
    "nyc2": "New York 2",
    "nyc3": "New York 3",
    "sfo2": "San Francisco 2",
    "sfo3": "San Francisco 3",
    "sgp1": "Singapore 1",
    "syd1": "Sydney 1",
    "tor1": "Toronto 1",
}
EVERYWHERE = tuple(REGIONS)

# Backups are taken in windows of this many hours, beginning at one of these hours (UTC).
BACKUP_WINDOW_HOURS = 4
BACKUP_HOURS = (0, 4, 8, 12, 16, 20)


@dataclass(frozen=True)
class Size:
    """memory in MiB, disk in GiB, transfer in TB a month, prices in US dollars."""

    slug: str
    memory: int
    vcpus: int
    disk: int
    transfer: float
    price_monthly: float
    price_hourly: float
    regions: tuple[str, ...] = EVERYWHERE

    def hardware(self, disk_gb: int | None = None) -> Hardware:
        """What a droplet of this size gets; `disk_gb` where its disk was not resized with it."""
        return Hardware(memory_mb=self.memory, vcpus=self.vcpus, disk_gb=disk_gb or self.disk)


SIZES = {
    size.slug: size
    for size in (
        Size(
            "s-1vcpu-512mb-10gb", 512, 1, 10, 0.5, 4.0, 0.00595,
            regions=("ams3", "fra1", "nyc1", "sfo3", "sgp1", "syd1"),
        ),
        Size("s-1vcpu-1gb", 1024, 1, 25, 1.0, 6.0, 0.00893),
        Size("s-1vcpu-2gb", 2048, 1, 50, 2.0, 12.0, 0.01786),
        Size("s-2vcpu-2gb", 2048, 2, 60, 3.0, 18.0, 0.02679),
        Size("s-2vcpu-4gb", 4096, 2, 80, 4.0, 24.0, 0.03571),
        Size("s-4vcpu-8gb", 8192, 4, 160, 5.0, 48.0, 0.07143),
        Size("s-8vcpu-16gb", 16384, 8, 320, 6.0, 96.0, 0.14286),
    )
}  # fmt: skip
