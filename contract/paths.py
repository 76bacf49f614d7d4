"""Where things are on the host.

What is worth keeping is reached under these final paths from the first day, so that putting
a volume underneath later moves no path.
"""

CONDA_ROOT = "/opt/conda"
"""Root's. Prefixes (`/opt/conda/VERSION`, the owner's) and markers of finished ones are inside."""

CONDA_CURRENT = f"{CONDA_ROOT}/current"
"""The link to the prefix in use: one stable path through upgrades and rollbacks."""

JUPYTER_ENVIRONMENT = "/opt/jupyter"
"""Root's own environment that serves the login page: nothing the owner installs can break it."""

JUPYTER_CONFIG_DIRECTORY = "/etc/jupyter"
JUPYTER_CONFIG = f"{JUPYTER_CONFIG_DIRECTORY}/jupyter_notebook_config.py"
JUPYTER_SERVICE = "jupyter"
"""The systemd unit's name."""

AUTHORIZED_KEYS_DIRECTORY = "/etc/ssh/authorized_keys"
"""Root's, outside the homes: what a notebook can write must not open a door."""

STATE_DIRECTORY = "/var/lib/jupyter-anywhere"
"""Root's: stamps of what the deploy did last."""

HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"


def home(owner: str) -> str:
    return f"/home/{owner}"


def notebooks(owner: str, folder: str) -> str:
    return f"/home/{owner}/{folder}"
