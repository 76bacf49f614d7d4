"""`python -m handover.drift`: what was changed by hand, in the cloud and on the host. Changes nothing.

Exit code: 0 without drift, 1 with, 2 when it could not be found out.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from contract.target import Target
from handover.attempt import PROJECT_ROOT

_NO_CHANGES_EXPECTED = 7
"""The engine's exit code when `--expect-no-changes` is not met."""


def cloud_drift() -> bool:
    """Whether the cloud differs from the engine's record; what differs is printed by the engine."""
    command = ["pulumi", "refresh", "--preview-only", "--expect-no-changes", "--diff", "--non-interactive"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode == 0:
        return False
    print(done.stdout)
    # The code was the general 1 in older engines, whose words tell it from a failure.
    if done.returncode == _NO_CHANGES_EXPECTED or "no changes were expected" in done.stdout + done.stderr:
        return True
    raise RuntimeError(f"`{' '.join(command)}` failed: {done.stderr.strip()}")


def host_drift() -> list[str]:
    """The deploy's steps that would change something on the host."""
    command = [
        str(Path(sys.executable).with_name("pyinfra")),
        "--dry",
        "--json",
        "inventories/stack.py",
        "deploy/site.py",
    ]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"The host could not be compared:\n{done.stderr.strip()[-2000:]}")
    plan = json.loads(done.stdout)["plan"]
    return [step["name"] for step in plan if step["hosts_with_change"]]


def main() -> int:
    drifted = False
    try:
        if Target.is_in(os.environ) or not shutil.which("pulumi"):
            print("Cloud: not compared (that takes the Pulumi engine).")
        elif cloud_drift():
            print("Cloud: changed by hand, as above. To put it back: pulumi up. To keep it: change the settings.")
            drifted = True
        else:
            print("Cloud: as declared.")
        steps = host_drift()
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return 2
    if steps:
        print("Host: a converge would change\n" + "\n".join(f"  {step}" for step in steps))
        print("To put it back: make converge")
    else:
        print("Host: as converged.")
    return int(drifted or bool(steps))


if __name__ == "__main__":
    sys.exit(main())
