"""Conda prefixes under one root."""

from dataclasses import dataclass

from pyinfra.api import FactBase, StringCommand

from deploy.keyvalue import first, parsed
from deploy.script import script


@dataclass
class CondaPrefixState:
    """
    finished_with: SHA-256 of the installer that finished it, from its marker; "" if none did.
    present: the prefix's folder is there.
    has_kernel: the package that makes its Python a notebook kernel is there.
    terms_accepted: the channels' terms were accepted for it.
    """

    finished_with: str = ""
    present: bool = False
    has_kernel: bool = False
    terms_accepted: bool = False


class CondaPrefix(FactBase[CondaPrefixState]):
    """How far a prefix has come. Nothing in it is executed: it is the owner's, and we are root."""

    default = CondaPrefixState

    def command(self, root: str, markers: str, version: str) -> StringCommand:
        return script("conda/observe.sh", ROOT=root, MARKERS=markers, VERSION=version)

    def process(self, output: list[str]) -> CondaPrefixState:
        found = parsed(output)
        return CondaPrefixState(
            finished_with=first(found, "finished_with"),
            present=first(found, "present") == "yes",
            has_kernel=first(found, "kernel") == "yes",
            terms_accepted=first(found, "terms") == "yes",
        )
