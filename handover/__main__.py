"""`python -m handover`: what the stack runs once the droplet stands.

Reads the Target from the environment, waits for SSH, verifies the host, converges it, and looks at
it from outside, as its owner and as a stranger.
"""

import os
import signal
import sys

from check.server import show
from check.ssh import wait_for_banner
from contract.errors import OwnerError
from contract.target import PREFIX, Target
from handover.attempt import begin_attempt, end_attempt
from handover.converge import converge
from handover.errors import HandoverError
from handover.ssh import confirm_lasting_key


def hand_over(target: Target, attempt: str) -> None:
    """attempt: the nonce that the program put among the inputs of this run."""
    begin_attempt(target.stack)
    print(f"Waiting for SSH at {target.address} …", flush=True)
    wait_for_banner(target.address)
    converge(target)
    confirm_lasting_key(target)
    if fatal := show(target):
        raise HandoverError(
            f"The server is converged, but {fatal} of what was looked at from outside is wrong, as told above. "
            "To look again: make check"
        )
    end_attempt(target.stack, attempt)


def main() -> int:
    # Whoever is told to stop must end as a failure: an exit code of 0 would count as done.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        hand_over(Target.from_environment(os.environ), os.environ.get(f"{PREFIX}ATTEMPT", ""))
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run it again to go on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
