"""The stack without the Pulumi engine: the same `__main__.py`, under the SDK's own mock monitor.

Each resource is made through the sandbox's API if there is none of its name, the hand-over is
really run. There is no diff and no update here: what the engine would change is refused with a
line that names it. This is for the sandbox alone.
"""

from sandbox.engineless.program import run, target_environment

__all__ = ["run", "target_environment"]
