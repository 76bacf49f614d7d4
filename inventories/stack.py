"""The host of the selected stack: from the environment where the stack hands over, else from its outputs."""

import os

from pyinfra.api.exceptions import PyinfraError

from contract.errors import OwnerError
from contract.stack_outputs import selected_target
from contract.target import Target
from handover.ssh import known_hosts, unattended_key
from inventories.connection import host_data


def _stack() -> list[tuple[str, dict[str, object]]]:
    try:
        # With any part of a Target in the environment, that and nothing else: falling back to the
        # outputs would converge another server and report success.
        target = Target.from_environment(os.environ) if Target.is_in(os.environ) else selected_target()
        key = unattended_key(target, os.environ.get("JUPYTER_SSH_KEY"))
        return [(target.address, host_data(target, ssh_key=key, known_hosts=known_hosts(target)))]
    except OwnerError as error:
        raise PyinfraError(str(error)) from None


stack = _stack()
