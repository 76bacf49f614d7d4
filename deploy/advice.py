"""What the owner is told to change, and where."""


def to_set(key: str, value: str, *, cloud: bool) -> str:
    """How a setting is changed: a command where a stack made the server, else a line of its file."""
    return f"`pulumi config set {key} {value}`" if cloud else f"`{key}: {value}` in the server's YAML file"
