"""The engine's raw configuration map.

The map and not `pulumi.Config`: the engine takes any key, so a misspelt one would go unnoticed.
"""

from typing import Any

from pulumi.runtime.config import CONFIG, get_config_env


def raw_config() -> dict[str, Any]:
    return {**get_config_env(), **CONFIG.get()}
