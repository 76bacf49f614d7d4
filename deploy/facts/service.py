"""Whether a service runs with the files that are there."""

from dataclasses import dataclass

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class ServiceFound:
    """
    digest: of all that decides how the service behaves, now.
    stamp: the digest at its last restart of ours that succeeded; "" without one.
    newer: one of the files was written after the service was last started, by whomever.
    """

    digest: str = ""
    stamp: str = ""
    active: bool = False
    enabled: bool = False
    needs_reload: bool = False
    newer: bool = False


class Service(FactBase[ServiceFound]):
    default = ServiceFound

    def command(self, service: str, paths: list[str], stamp: str) -> StringCommand:
        return script("jupyter/observe_service.sh", SERVICE=service, PATHS="\n".join(paths), STAMP=stamp)

    def process(self, output: list[str]) -> ServiceFound:
        found = parsed(output)
        return ServiceFound(
            digest=first(found, "digest"),
            stamp=first(found, "stamp"),
            active=first(found, "ActiveState") == "active",
            enabled=first(found, "UnitFileState") == "enabled",
            needs_reload=first(found, "NeedDaemonReload") == "yes",
            newer=bool(first(found, "newer")),
        )
