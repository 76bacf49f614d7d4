"""The runbook: what a host becomes, in this order.

`pyinfra INVENTORY deploy/site.py`, from the project's root. Every step observes first; a second
run changes nothing and restarts nothing.
"""

from pyinfra import host

from contract.target import Target
from deploy.conda import conda
from deploy.firewall import firewall
from deploy.jupyter import jupyter
from deploy.readiness import readiness
from deploy.ssh import ssh
from deploy.system import system
from deploy.users import users

target: Target = host.data.target

# First: a server's first boot, or a broken-off run, may still be installing packages; and another
# owner's server must be left as it is.
readiness(target=target, run=host.data.run)

# Early: every local process could read the host key of the first boot, so it is replaced before
# there are any others' processes. Whoever cannot get in with the new keys finds out now, not later.
ssh(target=target)

# Before users and Python: sudo, curl and python3-venv come from here, and swap for small machines.
system(target=target)

users(target=target)

# As the owner, who exists now; before Jupyter, which starts it as the default kernel.
conda(target=target)

jupyter(target=target)

# Last: until here, nothing that is needed for getting here can be closed by mistake. Jupyter is up
# before its port opens.
firewall(target=target)
