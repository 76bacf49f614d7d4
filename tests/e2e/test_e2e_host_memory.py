"""A full memory kills the kernel that filled it, and nothing else, on the smallest droplet."""

import re

import pytest

from tests.e2e.visitor import KernelDied, Visitor
from tests.e2e.world import Server

pytestmark = pytest.mark.sandbox

GROUP = "/sys/fs/cgroup/memory/system.slice/jupyter.service/memory.oom_control"
GROUP_2 = "/sys/fs/cgroup/system.slice/jupyter.service/memory.events"
TWO_GIGABYTES = "filled = b'x' * 2**31"


def killed_for_memory(box: Server) -> int:
    """How many of Jupyter's processes were, as the kernel of the system counts."""
    counted = re.search(r"^oom_kill (\d+)$", box.ask(f"cat {GROUP} 2>/dev/null || cat {GROUP_2}"), re.MULTILINE)
    assert counted
    return int(counted[1])


@pytest.mark.parametrize("limit", ["the unit's own", "the droplet's"])
def test_the_kernel_that_wants_too_much_is_killed_alone(box: Server, limit: str) -> None:
    memory = int(box.ask("sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo")) * 1024
    assert memory == 2**30
    if limit == "the droplet's":
        box.ask("systemctl set-property --runtime jupyter.service MemoryMax=infinity")
    else:
        assert 0 < int(box.ask("systemctl show --property MemoryMax --value jupyter")) < memory
    owner = Visitor(box.url)
    assert owner.log_in(box.password)
    bystander, greedy = owner.kernel(), owner.kernel()
    bystander.run("import os; kept = 'still here'")
    bystanders_pid = bystander.run("print(os.getpid())")
    greedy.run("import os; print(os.getpid())")
    server = box.ask("systemctl show --property MainPID,NRestarts jupyter")
    before = killed_for_memory(box)

    with pytest.raises(KernelDied):
        greedy.run(TWO_GIGABYTES)

    assert killed_for_memory(box) == before + 1
    assert box.ask("systemctl show --property MainPID,NRestarts jupyter") == server
    assert box.ask("systemctl is-active jupyter ssh") == "active\nactive"
    assert bystander.run("print(kept, os.getpid())") == f"still here {bystanders_pid}"
    assert owner.is_in()
    again = owner.kernel()
    assert again.run("print('filled' in globals())") == "False"
