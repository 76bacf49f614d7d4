"""Stopping with a sentence.

An exception raised while operations run is shown by gevent as a traceback; a function that pyinfra
calls with `state` and `host`, and that returns False, fails the operation with what it logs.
"""

from pyinfra import host as current_host
from pyinfra import logger
from pyinfra import state as current_state
from pyinfra.api import FunctionCommand, Host, State


def refused(message: str) -> FunctionCommand:
    """A command that does nothing but fail: what is wrong, where it is set, what to do."""
    if not current_state.is_executing:
        _tell(current_host, message)
    return FunctionCommand(_refuse, [message], {})


def _refuse(state: State, host: Host, message: str) -> bool:
    _tell(host, message)
    return False


def _tell(host: Host, message: str) -> None:
    logger.error(f"{host.print_prefix}{message}")
