"""A service that runs with the files that are there."""

from collections.abc import Sequence

from pyinfra import host, state
from pyinfra.api import operation
from pyinfra.api.operation import OperationMeta

from deploy.facts.service import Service
from deploy.script import Commands, script


@operation()
def current(
    service: str,
    paths: list[str],
    stamp: str,
    url: str,
    seconds: int = 90,
    after: Sequence[OperationMeta] = (),
) -> Commands:
    """
    Restart a service if it does not run with its present files, and wait until it answers.

    Not by `_if=did_change`: a run that fails between the change and the restart would lose it for good.

    + paths: files and links that decide how the service behaves
    + stamp: file that keeps their digest as of the last restart that succeeded
    + url: answers 200 once the service is up
    + after: operations that change those files; only to foretell a restart where nothing is executed
    """

    found = host.get_fact(Service, service=service, paths=paths, stamp=stamp)
    foretold = not state.is_executing and any(operation.will_change for operation in after)
    fresh = found.digest == found.stamp and not found.newer and not found.needs_reload
    if found.active and found.enabled and fresh and not foretold:
        host.noop(f"{service} runs with its present files")
        return
    yield script("jupyter/restart.sh", SERVICE=service, URL=url, LIMIT=seconds, STAMP=stamp, DIGEST=found.digest)
