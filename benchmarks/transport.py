"""A converge that changes nothing: with TCP_NODELAY on its connection, and without.

    python -m sandbox exec -- python benchmarks/transport.py [PAIRS]

Prints seconds of each run and the median of the ratios, pair by pair.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAIN = """
from inventories.stack import stack as _stack

_ssh = "ssh_paramiko_connect_kwargs"
plain = [(address, {key: value for key, value in data.items() if key != _ssh}) for address, data in _stack]
"""


def seconds(inventory: str) -> float:
    """Wall-clock seconds of one run, which must change nothing."""
    command = [str(Path(sys.executable).with_name("pyinfra")), "-y", inventory, "deploy/site.py"]
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    took = time.monotonic() - begun
    if done.returncode != 0 or "] Success" in done.stdout + done.stderr:
        sys.exit(f"{inventory} failed or changed something:\n{done.stderr[-2000:]}")
    return took


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    ratios = []
    with tempfile.NamedTemporaryFile("w", suffix=".py") as plain:
        plain.write(PLAIN)
        plain.flush()
        seconds("inventories/stack.py")  # warms the caches of both
        for _ in range(pairs):
            with_nodelay, without = seconds("inventories/stack.py"), seconds(plain.name)
            ratios.append(without / with_nodelay)
            print(f"with {with_nodelay:.2f} s, without {without:.2f} s, ratio {ratios[-1]:.2f}", flush=True)
    print(f"Without TCP_NODELAY it takes {statistics.median(ratios):.2f} times as long (median of {pairs} pairs).")


if __name__ == "__main__":
    main()
