"""The guard: with `protect` on, nothing is deleted before its owner has read how to save the notebooks.

Pulumi's own `protect` stops as surely, but says only that it does: `pulumi destroy` does not run the
program, so the program cannot say more. A command that is deleted before everything else, and
refuses, can: docs/decisions/0003-guard.md.
"""

from collections.abc import Sequence

import pulumi
from pulumi import Output, ResourceOptions
from pulumi_command import local


def guard(
    droplet_id: Output[str],
    copy_home: Output[str],
    before: Sequence[pulumi.Resource],
    *,
    on: bool,
    parent: pulumi.Resource,
) -> local.Command:
    """before: all that must not be deleted while it is on. copy_home: the command that saves the notebooks."""
    return local.Command(
        "guard",
        create=":",
        delete="printf '%s' \"$REFUSAL\" >&2; exit 1" if on else ":",
        # In the environment: the engine repeats the command with its error, and once is enough to read.
        environment={"REFUSAL": copy_home.apply(_refusal)},
        # A droplet that is to be replaced replaces the guard too, so it refuses that as well.
        triggers=[droplet_id],
        add_previous_output_in_env=False,
        opts=ResourceOptions(parent=parent, depends_on=list(before), delete_before_replace=True),
    )


def _refusal(copy_home: str) -> str:
    return (
        "This server is protected, nothing of it was deleted. It holds your notebooks; to copy them home:\n"
        f"    {copy_home}\n"
        "To delete or replace it after that, take the guard away and run again what you just ran:\n"
        "    pulumi config set protect false && pulumi up --target '**guard'\n"
    )
