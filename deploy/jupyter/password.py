"""The login page's password, as Jupyter wants it in its configuration."""

from argon2.low_level import Type, hash_secret

from contract.identity import password_salt
from settings.host import Secrets


def hashed_password(secrets: Secrets) -> str:
    """What `jupyter_server.auth.passwd` makes, but with a salt that is the same on every run."""
    digest = hash_secret(
        secrets.password.get_secret_value().encode(),
        password_salt(secrets.identity_seed.get_secret_value(), "jupyter"),
        time_cost=10,
        memory_cost=10240,
        parallelism=8,
        hash_len=32,
        type=Type.ID,
    )
    return f"argon2:{digest.decode()}"
