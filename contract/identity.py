"""What must stay the same from run to run, derived from one secret.

HKDF-SHA256 (RFC 5869) with a label per purpose: no state file, no extra provider, and a second
machine that holds the stack's configuration can verify the same host.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass(frozen=True)
class HostKey:
    """An ed25519 SSH host key. private: OpenSSH PEM text; public: `ssh-ed25519 BASE64`."""

    private: str
    public: str

    @property
    def fingerprint(self) -> str:
        """As ssh prints it: `SHA256:…`, unpadded base64."""
        blob = base64.b64decode(self.public.split()[1])
        return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _derive(seed: str, purpose: str, length: int) -> bytes:
    info = f"jupyter-anywhere {purpose}".encode()
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(seed.encode())


def _openssh_private(key: Ed25519PrivateKey, public_line: str) -> str:
    """The OpenSSH form, written by hand because the library's puts a random number in it.

    Random check bytes would make every run a change. Format: PROTOCOL.key in OpenSSH's sources.
    """

    def text(value: bytes) -> bytes:
        return len(value).to_bytes(4, "big") + value

    blob = base64.b64decode(public_line.split()[1])
    raw_public = blob[-32:]
    raw_private = key.private_bytes_raw()
    check = hashlib.sha256(blob).digest()[:4]
    private_part = check * 2 + text(b"ssh-ed25519") + text(raw_public) + text(raw_private + raw_public) + text(b"")
    private_part += bytes(range(1, (-len(private_part)) % 8 + 1))
    whole = b"openssh-key-v1\0" + text(b"none") + text(b"none") + text(b"") + (1).to_bytes(4, "big")
    whole += text(blob) + text(private_part)
    body = base64.b64encode(whole).decode()
    lines = [body[i : i + 70] for i in range(0, len(body), 70)]
    return "\n".join(["-----BEGIN OPENSSH PRIVATE KEY-----", *lines, "-----END OPENSSH PRIVATE KEY-----", ""])


def _host_key(seed: str, purpose: str) -> HostKey:
    key = Ed25519PrivateKey.from_private_bytes(_derive(seed, purpose, 32))
    openssh = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    public = key.public_key().public_bytes(*openssh).decode()
    return HostKey(private=_openssh_private(key, public), public=public)


def boot_host_key(seed: str) -> HostKey:
    """The key a new droplet has from its user data: good for the first hand-over only.

    User data can be read by every local process through the metadata service, so this key is
    replaced by the lasting one as soon as root is in.
    """
    return _host_key(seed, "boot host key")


def lasting_host_key(seed: str) -> HostKey:
    return _host_key(seed, "lasting host key")


def password_salt(seed: str, purpose: str) -> bytes:
    """16 bytes. A salt of its own for each purpose (`jupyter`, `sudo`)."""
    return _derive(seed, f"salt {purpose}", 16)
