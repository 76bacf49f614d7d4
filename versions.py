"""Pins of what is downloaded onto the host: one place, version and SHA-256.

Digests: the publishers' own lists (repo.anaconda.com/archive, the Miniforge release page).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Installer:
    """A self-extracting conda installer for Linux x86_64.

    needs_terms: its default channels stop `conda install` until Anaconda's terms are accepted.
    disk_gb: free space the installation wants, with room for a few packages of one's own.
    """

    version: str
    url: str
    sha256: str
    needs_terms: bool
    disk_gb: int


ANACONDA = Installer(
    version="anaconda3-2026.07-1",
    url="https://repo.anaconda.com/archive/Anaconda3-2026.07-1-Linux-x86_64.sh",
    sha256="9f49042048e9a8220c1cddf9192054290724052d3b2a86f938f9f5edd911db8f",
    needs_terms=True,
    disk_gb=12,
)

MINIFORGE = Installer(
    version="miniforge3-26.7.2-0",
    url="https://github.com/conda-forge/miniforge/releases/download/26.7.2-0/Miniforge3-26.7.2-0-Linux-x86_64.sh",
    sha256="281b0ac7d550802efc81af633225a5e6116d29ae72f3ab4eae7168c3931a4c05",
    needs_terms=False,
    disk_gb=3,
)
