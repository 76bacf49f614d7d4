"""What passes from the cloud to the host: where it is, how it shall be, and its secrets.

The same Target crosses in the environment of the hand-over's process: plain values as they are,
the host's settings as sorted JSON, each secret as a value of its own (the engine masks a secret
only verbatim, so it must not be buried in other text).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contract.errors import OwnerError
from settings.host import HostSettings, Secrets

PREFIX = "JUPYTER_ANYWHERE_"


class TargetError(OwnerError):
    """There is no whole Target where one was looked for."""


@dataclass(frozen=True)
class Target:
    """A host to converge.

    address: IPv4 address or name to reach it by SSH.
    droplet_id: the cloud's number for it; "" for a server that no cloud stack made.
    size: the droplet's size slug, so that a resize is converged; "" likewise.
    cloud: made by the stack: a cloud firewall narrows SSH, and the host key is ours to set.
    stack: the stack's name, under which this machine keeps its notes; "" without a stack.
    """

    address: str
    droplet_id: str
    size: str
    cloud: bool
    settings: HostSettings
    secrets: Secrets
    stack: str = ""

    def to_environment(self) -> dict[str, str]:
        plain = environment(self.address, self.droplet_id, self.size, self.cloud, self.settings, self.stack)
        return plain | secrets_environment(self.secrets)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Target":
        """Raises TargetError naming what is missing or wrong, never a value."""

        def value(name: str) -> str:
            try:
                return environment[PREFIX + name]
            except KeyError:
                raise TargetError(f"The environment lacks {PREFIX + name}.") from None

        try:
            return cls(
                address=value("ADDRESS"),
                droplet_id=value("DROPLET_ID"),
                size=value("SIZE"),
                cloud=bool(json.loads(value("CLOUD"))),
                settings=HostSettings.model_validate_json(value("HOST_SETTINGS")),
                secrets=Secrets.model_validate({name: value(name.upper()) for name in Secrets.model_fields}),
                stack=value("STACK"),
            )
        except (ValidationError, json.JSONDecodeError) as error:
            raise TargetError(f"The Target in the environment cannot be read: {type(error).__name__}.") from None

    @staticmethod
    def is_in(environment: Mapping[str, str]) -> bool:
        """Whether there is any part of one: then it alone counts, whole or not at all."""
        return any(name.startswith(PREFIX) for name in environment)


def environment(
    address: Any, droplet_id: Any, size: Any, cloud: bool, settings: HostSettings, stack: str
) -> dict[str, Any]:
    """The plain half. What the cloud tells later may be anything that stands for a string."""
    return {
        f"{PREFIX}ADDRESS": address,
        f"{PREFIX}DROPLET_ID": droplet_id,
        f"{PREFIX}SIZE": size,
        f"{PREFIX}CLOUD": json.dumps(cloud),
        f"{PREFIX}HOST_SETTINGS": json.dumps(settings.model_dump(mode="json"), sort_keys=True),
        f"{PREFIX}STACK": stack,
    }


def secrets_environment(secrets: Secrets) -> dict[str, str]:
    """The secret half, each secret a value of its own."""
    return {f"{PREFIX}{name.upper()}": getattr(secrets, name).get_secret_value() for name in Secrets.model_fields}
