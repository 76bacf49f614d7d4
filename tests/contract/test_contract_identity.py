"""What derives from the seed: always the same, a different thing for each purpose, real OpenSSH keys."""

import hashlib
import hmac
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from contract.identity import HostKey, boot_host_key, lasting_host_key, password_salt

SEED = "0123456789abcdef" * 4


def hkdf_sha256(seed: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, written out: another route to what the library derives."""
    key = hmac.digest(bytes(32), seed, hashlib.sha256)
    block, made = b"", b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), hashlib.sha256)
        made += block
    return made[:length]


def test_the_other_route_agrees_with_the_rfcs_own_vector() -> None:
    # RFC 5869, appendix A.3: SHA-256, no salt, no info.
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    assert hkdf_sha256(b"\x0b" * 22, b"", 42).hex() == expected


@pytest.mark.parametrize("purpose", ["jupyter", "sudo"])
def test_salts_derive_as_the_rfc_says(purpose: str) -> None:
    info = f"jupyter-anywhere salt {purpose}".encode()
    assert password_salt(SEED, purpose) == hkdf_sha256(SEED.encode(), info, 16)


def test_what_existing_servers_know_never_changes() -> None:
    # A change here locks every owner out of the server that is there.
    assert boot_host_key(SEED).fingerprint == "SHA256:VxVYiTwMDt9nV5nQPGXiP4YiZesqzNKcjveiSRyUxmw"
    assert lasting_host_key(SEED).fingerprint == "SHA256:Bi6VUiEyAVlaa0ogukp7fwDjOaiibodzoR+PDpqViPE"
    assert password_salt(SEED, "jupyter").hex() == "8f2683a5bff858d090224474054252f4"


def test_the_same_seed_gives_the_same_keys_to_the_letter() -> None:
    assert boot_host_key(SEED) == boot_host_key(SEED)
    assert lasting_host_key(SEED) == lasting_host_key(SEED)


def test_another_seed_gives_other_keys() -> None:
    assert lasting_host_key(SEED).public != lasting_host_key(SEED.replace("0", "1")).public


def test_each_purpose_has_its_own() -> None:
    assert boot_host_key(SEED).public != lasting_host_key(SEED).public
    assert password_salt(SEED, "jupyter") != password_salt(SEED, "sudo")


@pytest.mark.parametrize("derive", [boot_host_key, lasting_host_key])
def test_openssh_reads_the_private_key_and_finds_the_public_one_in_it(
    derive: Callable[[str], HostKey], tmp_path: Path
) -> None:
    key = derive(SEED)
    assert ssh_keygen("-y", key.private, tmp_path) == key.public


@pytest.mark.parametrize("derive", [boot_host_key, lasting_host_key])
def test_the_fingerprint_is_the_one_that_ssh_shows(derive: Callable[[str], HostKey], tmp_path: Path) -> None:
    key = derive(SEED)
    assert ssh_keygen("-l", key.public, tmp_path).split()[1] == key.fingerprint


def ssh_keygen(question: str, key: str, folder: Path) -> str:
    file = folder / "key"
    file.touch(mode=0o600)
    file.write_text(key)
    command = ["ssh-keygen", question, "-f", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
