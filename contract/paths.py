"""Where things are on the host.

What is worth keeping is reached under these final paths from the first day, so that putting
a volume underneath later moves no path.
"""

CONDA_ROOT = "/opt/conda"
"""Root's. Prefixes (`/opt/conda/VERSION`, the owner's) and markers of finished ones are inside."""

CONDA_CURRENT = f"{CONDA_ROOT}/current"
"""The link to the prefix in use: one stable path through upgrades and rollbacks."""

CONDA_MARKERS = f"{CONDA_ROOT}/.finished"
"""Root's. A file per finished prefix, written last: what lacks one was broken off."""

JUPYTER_ENVIRONMENTS = "/opt/jupyter"
"""Root's own environments that serve the login page, one per lock: nothing the owner installs can break them."""

JUPYTER_ENVIRONMENT = f"{JUPYTER_ENVIRONMENTS}/current"
"""The link to the one in use: a new one is finished before the old one is let go."""

JUPYTER_DATA = "/usr/local/share/jupyter-anywhere"
"""Root's. What Jupyter finds before anything the owner has: the default kernel."""

JUPYTER_CONFIG_DIRECTORY = "/etc/jupyter"
JUPYTER_CONFIG = f"{JUPYTER_CONFIG_DIRECTORY}/jupyter_notebook_config.py"
JUPYTER_SERVICE = "jupyter"
"""The systemd unit's name."""

AUTHORIZED_KEYS_DIRECTORY = "/etc/ssh/authorized_keys"
"""Root's, outside the homes: what a notebook can write must not open a door."""

STATE_DIRECTORY = "/var/lib/jupyter-anywhere"
"""Root's: stamps of what the deploy did last."""

DOWNLOADS_DIRECTORY = "/var/cache/jupyter-anywhere"
"""Root's: installers until they have run."""

HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"


def home(owner: str) -> str:
    return f"/home/{owner}"


def notebooks(owner: str, folder: str) -> str:
    return f"/home/{owner}/{folder}"
