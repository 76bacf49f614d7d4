"""Who may log in, and which host key is shown."""

from dataclasses import dataclass, field

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import parsed
from deploy.script import script


@dataclass
class SshAccessState:
    """
    files: of those asked for, `SHA256 USER:GROUP MODE` by path.
    users_with_keys: whose keys are in the folder of authorised keys.
    effective: what sshd makes of all its files for root, keyword by keyword, in lower case.
    """

    files: dict[str, str] = field(default_factory=dict)
    users_with_keys: list[str] = field(default_factory=list)
    effective: dict[str, str] = field(default_factory=dict)


class SshAccess(FactBase[SshAccessState]):
    default = SshAccessState

    def command(self, paths: list[str], keys_directory: str) -> StringCommand:
        return script("ssh/observe.sh", PATHS="\n".join(paths), KEYS_DIRECTORY=keys_directory)

    def process(self, output: list[str]) -> SshAccessState:
        found = parsed(output)
        return SshAccessState(
            files=dict(_split(line) for line in found.get("file", [])),
            users_with_keys=sorted(found.get("keys", [])),
            effective=dict(_split(line) for line in found.get("sshd", [])),
        )


def _split(line: str) -> tuple[str, str]:
    key, _, value = line.partition(" ")
    return key, value
