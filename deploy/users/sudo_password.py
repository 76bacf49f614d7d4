"""The owner's field in /etc/shadow."""

from passlib.hash import sha512_crypt

from contract.identity import password_salt
from settings.host import Secrets

LOCKED = "!"
"""No password opens sudo. Keys open SSH all the same."""

ROUNDS = 100_000
_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def shadow_field(secrets: Secrets) -> str:
    """SHA-512 crypt, the same on every run: its salt derives from the identity."""
    password = secrets.sudo_password.get_secret_value()
    if not password:
        return LOCKED
    salt = "".join(_ALPHABET[byte % 64] for byte in password_salt(secrets.identity_seed.get_secret_value(), "sudo"))
    return str(sha512_crypt.using(salt=salt, rounds=ROUNDS).hash(password))
