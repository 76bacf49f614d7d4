"""What stops a hand-over."""

from contract.errors import OwnerError


class HandoverError(OwnerError):
    """One paragraph: what is wrong, where it is set, what to run next."""
