"""Swap for machines that are short of memory."""

from pyinfra import host
from pyinfra.api import operation

from deploy.facts.swap import Swap, SwapState
from deploy.script import Commands, script

WANTED = 2048
SHORT_OF_MEMORY = 2048
LEFT_FREE = 4096
"""Megabytes all. A machine sold as 2 GB shows a little less, so it counts as short."""


def size_and_reason(found: SwapState) -> tuple[int, str]:
    """Megabytes of swap to make, 0 for none, and why."""
    if found.swap:
        return 0, f"there are {found.swap} MB of swap"
    if found.memory >= SHORT_OF_MEMORY:
        return 0, f"{found.memory} MB of memory need no swap"
    if found.container:
        return 0, "no swap: this is a container, where it is its host's to give"
    if found.free_disk < WANTED + LEFT_FREE:
        return 0, f"no swap: the disk has only {found.free_disk} MB free"
    return WANTED, f"{found.memory} MB of memory are few"


@operation()
def file(path: str = "/swapfile") -> Commands:
    """
    Make a swap file where memory is small and the disk allows it, in use from every boot on.
    """

    size, reason = size_and_reason(host.get_fact(Swap))
    if not size:
        host.noop(reason)
        return
    yield script("system/make_swap.sh", FILE=path, MEGABYTES=size)
