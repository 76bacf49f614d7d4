"""What the sandbox's server, which runs in the background, has to tell whoever waits for it."""

MARK = "* "
"""Begins each such line in its log; `make up` shows them."""


def tell(text: str) -> None:
    print(f"{MARK}{text}", flush=True)
