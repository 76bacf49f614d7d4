"""`python -m check`: the selected stack's server from outside, as its owner and as a stranger.

Exit code: 0 when nothing is fatal, 1 when something is, 2 when there is no server to look at.
"""

import os
import sys

from check.server import show
from contract.errors import OwnerError
from contract.stack_outputs import selected_target
from contract.target import Target


def main() -> int:
    try:
        target = Target.from_environment(os.environ) if Target.is_in(os.environ) else selected_target()
    except OwnerError as error:
        print(error, file=sys.stderr)
        return 2
    return int(show(target) > 0)


if __name__ == "__main__":
    sys.exit(main())
