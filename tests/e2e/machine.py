"""What a sandbox has put on this machine, as the system's own tools list it."""

import json
import os
import subprocess
from pathlib import Path

from sandbox.config import SandboxConfig
from sandbox.machines import processes
from tests.e2e.runs import of_sandbox
from tests.e2e.world import World


def instances(config: SandboxConfig) -> list[str]:
    """Names of its instances, from LXD's own client."""
    socket = config.cache / "lxd" / "unix.socket"
    environment = os.environ | ({"LXD_DIR": str(socket.parent)} if socket.exists() else {})
    words = ["lxc", "query", "/1.0/instances?project=jupyter-anywhere&recursion=1"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        return []  # no daemon, or nothing of ours in it
    names = [instance["name"] for instance in json.loads(done.stdout)]
    return [name for name in names if name.startswith(f"{config.name}-")]


def traces(world: World) -> list[str]:
    """Everything that bears the sandbox's name or home."""
    config = world.config
    found = [f"instance {name}" for name in instances(config)]
    found += [f"process {pid}: {words}" for pid, words in _processes(world).items()]
    found += [f"link {path.name}" for path in Path("/sys/class/net").glob(f"*{config.bridge}*")]
    found += [line for line in _said("ip", "-4", "route").splitlines() if str(config.subnet) in line]
    found += [line for line in _said("nft", "list", "ruleset").splitlines() if config.bridge in line]
    marks = (str(config.home), f"_{config.name}-")
    found += [line for line in Path("/proc/mounts").read_text().splitlines() if any(mark in line for mark in marks)]
    found += [line for line in _said("losetup", "--list", "--noheadings").splitlines() if str(config.home) in line]
    found += [f"group {path}" for path in Path("/sys/fs/cgroup").rglob(f"lxc.*_{config.name}-*")]
    found += [f"file {path}" for path in [config.home] if path.exists()]
    return found


def _processes(world: World) -> dict[int, str]:
    found = of_sandbox(world)
    marks = [f"jupyter-anywhere_{world.config.name}-", f"JUPYTER_SANDBOX_HOME={world.config.home}\0"]
    if not list(Path("/sys/class/net").glob("ja-*")):
        marks.append(processes.MARK)  # with the last sandbox, the daemon goes too
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or entry.name == str(os.getpid()):
            continue
        try:
            texts = [(entry / name).read_text(errors="replace") for name in ("cmdline", "cgroup", "environ")]
        except OSError:
            continue
        if texts[0] and any(mark in text for mark in marks for text in texts):
            found[int(entry.name)] = texts[0].replace("\0", " ")
    return found


def _said(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, timeout=30, check=False).stdout
