"""The Target of the selected stack, from the engine's own record."""

import json
import shutil
import subprocess
from pathlib import Path

from contract.target import Target, TargetError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def selected_target() -> Target:
    """Raises TargetError when there is no engine, no stack, or no server in it."""
    if not shutil.which("pulumi"):
        raise TargetError(
            "`pulumi` is not on PATH, and the environment names no server. In the sandbox: make converge. For a "
            "server without Pulumi: pyinfra inventories/server.py deploy/site.py"
        )
    done = subprocess.run(
        ["pulumi", "stack", "output", "--json", "--show-secrets"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise TargetError(f"`pulumi stack output` failed: {done.stderr.strip()} `pulumi stack select` chooses a stack.")
    outputs = json.loads(done.stdout)
    if "target" not in outputs:
        raise TargetError("The selected stack has no server yet: pulumi up")
    environment = outputs["target"]
    return Target.from_environment(json.loads(environment) if isinstance(environment, str) else environment)
