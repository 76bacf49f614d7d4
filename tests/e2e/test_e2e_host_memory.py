"""A full memory kills the kernel that filled it, and nothing else, on the smallest droplet."""

import re
from collections.abc import Iterator

import pytest

from tests.e2e.visitor import KernelDied, Visitor
from tests.e2e.world import Server

pytestmark = pytest.mark.sandbox

GROUP = "/sys/fs/cgroup/memory/system.slice/jupyter.service/memory.oom_control"
GROUP_2 = "/sys/fs/cgroup/system.slice/jupyter.service/memory.events"
TWO_GIGABYTES = "filled = b'x' * 2**31"


def killed_for_memory(guest: Server) -> int:
    """How many of Jupyter's processes were, as the kernel of the system counts."""
    counted = re.search(r"^oom_kill (\d+)$", guest.ask(f"cat {GROUP} 2>/dev/null || cat {GROUP_2}"), re.MULTILINE)
    assert counted
    return int(counted[1])


@pytest.fixture(params=["the unit's own", "the droplet's"])
def limit(guest: Server, request: pytest.FixtureRequest) -> Iterator[None]:
    """Which one is passed: by itself the unit's, which is the lower one; without it, the droplet's."""
    memory = int(guest.ask("sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo")) * 1024
    assert memory == 2**30
    assert int(guest.ask("systemctl show --property MemoryMax --value jupyter")) < memory
    if request.param == "the unit's own":
        yield
        return
    guest.ask("systemctl set-property --runtime jupyter.service MemoryMax=infinity")
    yield
    guest.ask("rm -r /run/systemd/system.control/jupyter.service.d && systemctl daemon-reload")


@pytest.mark.usefixtures("limit")
def test_the_kernel_that_wants_too_much_is_killed_alone(guest: Server) -> None:
    owner = Visitor(guest.url)
    assert owner.log_in(guest.password)
    bystander, greedy = owner.kernel(), owner.kernel()
    bystander.run("import os; kept = 'still here'")
    bystanders_pid = bystander.run("print(os.getpid())")
    greedy.run("import os; print(os.getpid())")
    server = guest.ask("systemctl show --property MainPID,NRestarts jupyter")
    before = killed_for_memory(guest)

    with pytest.raises(KernelDied):
        greedy.run(TWO_GIGABYTES)

    assert killed_for_memory(guest) == before + 1
    assert guest.ask("systemctl show --property MainPID,NRestarts jupyter") == server
    assert guest.ask("systemctl is-active jupyter ssh") == "active\nactive"
    assert bystander.run("print(kept, os.getpid())") == f"still here {bystanders_pid}"
    assert owner.is_in()
    again = owner.kernel()
    assert again.run("print('filled' in globals())") == "False"
    for kernel in (bystander, greedy, again):
        kernel.end()
