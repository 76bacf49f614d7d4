"""The stack's program, run as the engine runs it, against an account that exists in these tests alone.

What the program declares is taken from the requests that the engine would get: the options too
(`protect`, `ignoreChanges`, what depends on what), which the SDK's own mocks leave out.
"""

import asyncio
import runpy
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import Mocks, rpc, set_mocks
from pulumi.runtime.config import set_all_config
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs

from tests.settings.raw_settings import ENCRYPTED

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS, ADDRESS6 = "198.51.100.20", "2001:db8::411"
IMAGES = {
    "ubuntu-24-04-x64": "available",
    "debian-12-x64": "available",
    "debian-13-x64": "NEW",
    "fedora-42-x64": "available",
    "": "available",
}
ACCOUNT = {
    "email": "owner@example.org",
    "emailVerified": True,
    "status": "active",
    "statusMessage": "",
    "dropletLimit": 3,
}


@dataclass
class Account:
    """What the program finds. keys: fingerprint to name. droplets: of each its tags, disk (GiB) and image."""

    zones: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    droplets: list[dict[str, Any]] = field(default_factory=list)
    account: dict[str, Any] = field(default_factory=dict)

    def sizes(self) -> list[dict[str, Any]]:
        offers = [
            ("s-8vcpu-16gb", 320, 96.0, ["fra1", "nyc1"], True),
            ("s-1vcpu-512mb-10gb", 10, 4.0, ["fra1"], True),
            ("s-1vcpu-1gb", 25, 6.0, ["fra1", "nyc1"], True),
            ("s-1vcpu-2gb", 50, 12.0, ["fra1", "nyc1"], True),
            ("s-2vcpu-4gb", 80, 24.0, ["fra1"], True),
            ("s-1vcpu-3gb", 60, 15.0, ["fra1"], False),
        ]
        return [
            {
                "slug": slug,
                "memory": 2048,
                "vcpus": 1,
                "disk": disk,
                "priceMonthly": price,
                "regions": regions,
                "available": available,
            }
            for slug, disk, price, regions, available in offers
        ]

    def answer(self, token: str) -> dict[str, Any]:
        keys = [{"id": 7, "name": name, "fingerprint": fingerprint} for fingerprint, name in self.keys.items()]
        regions = [{"slug": slug, "available": slug != "lon1"} for slug in ("nyc1", "fra1", "lon1")]
        answers: dict[str, dict[str, Any]] = {
            "getAccount": {**ACCOUNT, **self.account},
            "getSizes": {"sizes": self.sizes()},
            "getRegions": {"regions": regions},
            "getSshKeys": {"sshKeys": keys},
            "getImages": {"images": [{"slug": slug, "status": status} for slug, status in IMAGES.items()]},
            "getDomains": {"domains": [{"name": name, "ttl": 1800, "urn": ""} for name in self.zones]},
            "getDroplets": {"droplets": self.droplets},
        }
        return answers[token.rpartition(":")[2]]


@dataclass(frozen=True)
class Declared:
    """A resource. type: the last part of its token. inputs: camelCase. secret: inputs that are secret as a whole."""

    type: str
    name: str
    urn: str
    inputs: dict[str, Any]
    secret: set[str]
    options: Any

    @property
    def depends_on(self) -> set[str]:
        """Logical names, of all inputs and of `depends_on`."""
        return {urn.rpartition("::")[2] for urn in self.options.dependencies}


@dataclass
class Run:
    resources: list[Declared] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    secret_outputs: set[str] = field(default_factory=set)

    def all(self, type_: str) -> list[Declared]:
        return [resource for resource in self.resources if resource.type == type_]

    def one(self, type_: str, name: str | None = None) -> Declared:
        found = [resource for resource in self.all(type_) if name in (None, resource.name)]
        assert len(found) == 1, f"{type_} {name or ''}: {[resource.name for resource in found]}"
        return found[0]


class _Cloud(Mocks):
    def __init__(self, account: Account) -> None:
        self._account = account

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return self._account.answer(args.token), []

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        made: dict[str, Any] = {}
        if args.typ.endswith(":Droplet"):
            made = {
                "ipv4Address": ADDRESS,
                "ipv6Address": ADDRESS6 if args.inputs["ipv6"] else None,
                "dropletUrn": "do:droplet:411",
            }
        elif args.typ.endswith(":Domain"):
            made = {"domainUrn": f"do:domain:{args.inputs['name']}"}
        return "411" if made and "ipv4Address" in made else f"id-of-{args.name}", {**args.inputs, **made}


class _Monitor(MockMonitor):
    def __init__(self, mocks: Mocks, run: Run) -> None:
        super().__init__(mocks)
        self._run = run
        self._lock = threading.Lock()

    def RegisterResource(self, request: Any) -> Any:
        if request.custom:
            inputs = rpc.deserialize_properties(request.object)
            with self._lock:
                self._run.resources.append(
                    Declared(
                        type=request.type.rpartition(":")[2],
                        name=request.name,
                        urn=self.make_urn(request.parent, request.type, request.name),
                        inputs={key: _clear(value) for key, value in inputs.items()},
                        secret={key for key, value in inputs.items() if _is_secret(value)},
                        options=request,
                    )
                )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(rpc._special_sig_key) == rpc._special_secret_sig


def _clear(value: Any) -> Any:
    if _is_secret(value):
        return _clear(value["value"])
    if isinstance(value, dict):
        return {key: _clear(entry) for key, entry in value.items()}
    return [_clear(entry) for entry in value] if isinstance(value, list) else value


def run_program(config: Mapping[str, str], account: Account | None = None, stack: str = "dev") -> Run:
    """config: full key to text. Raises pulumi.RunError where the program refuses."""
    run, exported = Run(), dict[str, Any]()
    mocks = _Cloud(account or Account())
    set_all_config(dict(config), list(ENCRYPTED))
    set_mocks(mocks, project="jupyter-anywhere", stack=stack, preview=False, monitor=_Monitor(mocks, run))

    async def secret_outputs() -> list[str]:
        return [name for name, output in exported.items() if await pulumi.Output.from_input(output).is_secret()]

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> pulumi.Output[Any]:
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
        outputs = pulumi.Output.all(**exported).apply(run.outputs.update)
        secret: pulumi.Output[list[str]] = pulumi.Output.from_input(asyncio.ensure_future(secret_outputs()))
        return pulumi.Output.all(outputs, secret.apply(run.secret_outputs.update))

    with _undisturbed(exported):
        program()
    return run


@contextmanager
def _undisturbed(exported: dict[str, Any]) -> Iterator[None]:
    """The program sets a signal's handler and exports to the engine: neither outlives it here."""
    handler = signal.getsignal(signal.SIGINT)
    really_export = pulumi.export
    setattr(pulumi, "export", exported.__setitem__)  # noqa: B010
    try:
        yield
    finally:
        setattr(pulumi, "export", really_export)  # noqa: B010
        signal.signal(signal.SIGINT, handler)
