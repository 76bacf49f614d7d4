"""What pyinfra's own facts lack about users."""

from pyinfra.api import FactBase, StringCommand

from deploy.script import script


class ShadowDigest(FactBase[str]):
    """SHA-256 of a user's field in /etc/shadow: the field itself must not get into logs. "" without the user."""

    default = str

    def command(self, user: str) -> StringCommand:
        return script("users/shadow_digest.sh", NAME=user)

    def process(self, output: list[str]) -> str:
        return output[0].strip()


class RecordedOwner(FactBase[str]):
    """The owner that the host was converged for; "" before the first time."""

    default = str

    def command(self, path: str) -> StringCommand:
        return StringCommand("cat", path, "2>/dev/null", "||", "true")

    def process(self, output: list[str]) -> str:
        return output[0].strip()
