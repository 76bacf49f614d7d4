"""`python -m handover.drift`: what was changed by hand, in the cloud and on the host. Changes nothing.

Exit code: 0 without drift, 1 with, 2 when it could not be found out.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from contract.errors import OwnerError
from contract.stack_outputs import selected_target
from contract.target import Target
from handover.attempt import PROJECT_ROOT
from handover.converge import secrets
from handover.errors import HandoverError
from handover.screen import Screen

_NO_CHANGES_EXPECTED = 7
"""The engine's exit code when `--expect-no-changes` is not met."""


def cloud_drift(screen: Screen) -> bool:
    """Whether the cloud differs from the engine's record; what differs is printed by the engine."""
    command = ["pulumi", "refresh", "--preview-only", "--expect-no-changes", "--diff", "--non-interactive"]
    done = _run(command, os.environ)
    if done.returncode == 0:
        return False
    # The code was the general 1 in older engines, whose words tell it from a failure.
    if done.returncode == _NO_CHANGES_EXPECTED or "no changes were expected" in done.stdout + done.stderr:
        print(screen.masked(done.stdout))
        return True
    raise HandoverError(f"The cloud could not be compared, `pulumi refresh` failed:\n{_end(done, screen)}")


def host_drift(target: Target, screen: Screen) -> list[str]:
    """The deploy's steps that would change something on the host."""
    pyinfra = str(Path(sys.executable).with_name("pyinfra"))
    command = [pyinfra, "--dry", "--json", "inventories/stack.py", "deploy/site.py"]
    done = _run(command, os.environ | target.to_environment())
    try:
        plan = json.loads(done.stdout)["plan"] if done.returncode == 0 else None
        steps = None if plan is None else [step["name"] for step in plan if step["hosts_with_change"]]
    except (ValueError, KeyError, TypeError):
        steps = None
    if steps is None:
        raise HandoverError(f"The host could not be compared:\n{_end(done, screen)}")
    return [screen.masked(step) for step in steps]


def _run(command: list[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            command,
            cwd=PROJECT_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=600,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise HandoverError(f"`{Path(command[0]).name}` did not end within ten minutes. Run it again.") from None


def _end(done: "subprocess.CompletedProcess[str]", screen: Screen) -> str:
    """The last of what it said, masked before it is cut: half a secret would not be known for one."""
    said = screen.masked(done.stderr.strip() or done.stdout.strip())
    return said[-2000:] or f"It said nothing, and ended with {done.returncode}."


def main() -> int:
    drifted = False
    try:
        told = Target.is_in(os.environ)
        target = Target.from_environment(os.environ) if told else selected_target()
        screen = Screen(print, secrets(target))
        if told or not shutil.which("pulumi"):
            print("Cloud: not compared (that takes the Pulumi engine).", flush=True)
        elif cloud_drift(screen):
            print("Cloud: changed by hand, as above. To put it back: pulumi up. To keep it: change the settings.")
            drifted = True
        else:
            print("Cloud: as declared.", flush=True)
        steps = host_drift(target, screen)
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    if steps:
        print("Host: a converge would change\n" + "\n".join(f"  {step}" for step in steps))
        print("To put it back: make converge")
    else:
        print("Host: as converged.")
    return int(drifted or bool(steps))


if __name__ == "__main__":
    sys.exit(main())
