"""`python -m handover.export [FOLDER]`: notebooks and a description of their Python, brought home and verified."""

import hashlib
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

from contract import paths
from contract.errors import OwnerError
from contract.stack_outputs import selected_target
from contract.target import Target
from handover.visit import ssh_words

CHECKSUMS = "SHA256SUMS"
"""As `sha256sum --check` reads it, beside the notebooks' folder."""

ENVIRONMENT_FILES = {
    "environment.yml": f"{paths.CONDA_CURRENT}/bin/conda env export --prefix {paths.CONDA_CURRENT}",
    "requirements.txt": f"{paths.CONDA_CURRENT}/bin/python -m pip freeze",
}
"""Commands that describe the owner's Python; one that fails is left out and said."""


class ExportError(OwnerError):
    """Not everything is at home."""


def export(target: Target, folder: Path) -> int:
    """Copy into a new folder; the number of files that were copied and found equal.

    As the owner, not as root: what is read there was written by notebooks. Raises ExportError.
    """
    if folder.exists():
        raise ExportError(f"{folder} is there already; name another: make export ARGS=FOLDER")
    notebooks = target.settings.notebooks_folder
    folder.mkdir(parents=True, mode=0o700)
    _copy(target, notebooks, folder)
    for name, command in ENVIRONMENT_FILES.items():
        _describe(target, command, folder / name)
    expected = dict(_remote_checksums(target, notebooks))
    lines = "".join(_checksum_line(digest, name) for name, digest in sorted(expected.items()))
    (folder / CHECKSUMS).write_text(lines, errors="surrogateescape")
    differing = [name for name, digest in expected.items() if _digest(folder / name) != digest]
    if differing:
        shown = ", ".join(sorted(differing)[:5])
        raise ExportError(
            f"{len(differing)} of {len(expected)} files in {folder} are not as they are on the server ({shown}). A "
            "running notebook may have written meanwhile. To try again: make export"
        )
    return len(expected)


def _copy(target: Target, notebooks: str, folder: Path) -> None:
    words = [*ssh_words(target, target.settings.owner), f"tar --create --file=- {notebooks}"]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                archive.extractall(folder, filter=_harmless)
        except (tarfile.TarError, OSError) as error:
            process.kill()
            raise ExportError(f"Copying from {target.address} broke off: {error}. To try again: make export") from None
    if process.returncode not in (0, 1):  # 1: a file changed while it was read; the checksums tell
        raise ExportError(f"Copying from {target.address} broke off. To try again: make export")


def _harmless(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Nothing outside the folder is written or linked to, whatever a notebook put into the archive."""
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError as error:
        print(f"Left out: {error}")
        return None


def _describe(target: Target, command: str, file: Path) -> None:
    done = _run(target, command)
    if done.returncode == 0:
        file.write_text(done.stdout)
    else:
        print(f"{file.name} is left out: {(done.stderr.strip().splitlines() or ['it could not be made'])[-1]}")


def _remote_checksums(target: Target, notebooks: str) -> Iterator[tuple[str, str]]:
    # Names end with a zero byte: a line end may be part of one.
    done = _run(target, f"find {notebooks} -type f -print0 | xargs -0 -r sha256sum --zero")
    if done.returncode != 0:
        raise ExportError(f"The checksums could not be made on the server: {done.stderr.strip()}")
    for entry in filter(None, done.stdout.split("\0")):
        digest, _, name = entry.partition("  ")
        yield name, digest


def _checksum_line(digest: str, name: str) -> str:
    """As sha256sum writes it: a name with a line end or a backslash is escaped, and marked so."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n")
    mark = "\\" if escaped != name else ""
    return f"{mark}{digest}  {escaped}\n"


def _run(target: Target, command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*ssh_words(target, target.settings.owner), command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=3600,
        check=False,
    )


def _digest(file: Path) -> str:
    if not file.is_file():
        return ""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def main(arguments: list[str]) -> int:
    try:
        target = Target.from_environment(os.environ) if Target.is_in(os.environ) else selected_target()
        folder = (
            Path(arguments[0]) if arguments else Path(f"export-{target.stack}-{time.strftime('%Y-%m-%dT%H-%M-%S')}")
        )
        count = export(target, folder)
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} files are in {folder}, each as it is on the server. To verify them again:")
    print(f"  cd {folder} && sha256sum --check {CHECKSUMS}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
