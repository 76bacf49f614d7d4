"""The runbook: what a host becomes, in this order.

`pyinfra INVENTORY deploy/site.py`, from the project's root. Every step observes first; a second
run changes nothing and restarts nothing.
"""

from pyinfra import host

from contract.target import Target
from deploy.conda import conda
from deploy.jupyter import jupyter
from deploy.readiness import readiness
from deploy.users import users

target: Target = host.data.target

# Two at once would disturb each other: a droplet's first boot installs packages too.
readiness(host.data.run)
users(target)
# Before Jupyter, which starts it as the default kernel; as the owner, who exists now.
conda(target)
jupyter(target)
