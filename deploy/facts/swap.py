"""Memory and swap."""

from dataclasses import dataclass

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class SwapState:
    """Megabytes each. container: the kernel is shared, and swap is its host's."""

    memory: int = 0
    swap: int = 0
    free_disk: int = 0
    container: bool = False


class Swap(FactBase[SwapState]):
    default = SwapState

    def command(self) -> StringCommand:
        return script("system/observe_swap.sh")

    def process(self, output: list[str]) -> SwapState:
        found = parsed(output)
        return SwapState(
            memory=int(first(found, "memory", "0")) // 1024,
            swap=int(first(found, "swap", "0")) // 1024,
            free_disk=int(first(found, "free_disk", "0")) // 1024,
            container=first(found, "container") == "yes",
        )
