"""What stops a hand-over in a way its owner can mend."""


class HandoverError(Exception):
    """One paragraph: what is wrong, where it is set, what to run next."""
