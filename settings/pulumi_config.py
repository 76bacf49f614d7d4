"""The engine's raw configuration map.

The map and not `pulumi.Config`: the engine takes any key, so a misspelt one would go unnoticed.
"""

from typing import Any

from pulumi.runtime.config import CONFIG, get_config_env, get_config_secret_keys_env, is_config_secret


def raw_config() -> dict[str, Any]:
    return {**get_config_env(), **CONFIG.get()}


def encrypted_keys() -> set[str]:
    """The keys whose values the engine keeps encrypted."""
    return {*get_config_secret_keys_env(), *(key for key in raw_config() if is_config_secret(key))}
