"""What stops a command in a way that its owner can mend."""


class OwnerError(Exception):
    """One paragraph: what is wrong, where it is set, what to run next. Shown as it is, without a traceback."""
