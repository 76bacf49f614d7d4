"""A stack's configuration as the engine gives it: text, JSON for lists."""

import json

from contract.identity import lasting_host_key

PUBLIC_KEY = lasting_host_key("somebody's laptop").public
SEED = "5eed" * 16
PASSWORD = "correct horse battery"
ENCRYPTED = {f"jupyter-anywhere:{key}" for key in ("identity_seed", "password", "sudo_password")}


def raw_config(**changes: str | None) -> dict[str, str]:
    """The least that is accepted, with other keys in it; None takes a key away."""
    values: dict[str, str | None] = {
        "ssh_public_keys": json.dumps([PUBLIC_KEY]),
        "accept_anaconda_terms": "true",
        "identity_seed": SEED,
        "password": PASSWORD,
        **changes,
    }
    return {f"jupyter-anywhere:{key}": value for key, value in values.items() if value is not None}
