"""What is found out before anything is created or changed."""

from contract.target import Target
from handover.client_address import seen_address, shut_out
from infra import account
from settings.stack import SettingsError, StackSettings


def preflight(settings: StackSettings, stack: str, tag: str) -> account.Size:
    """The size that is to be rented, once all else that is asked for can be had too.

    tag: the stack's own. Raises SettingsError with what is wrong and what to do.
    """
    cloud = settings.cloud
    present = account.present_droplet(tag)
    account.require_active(new_droplet=present is None)
    size = account.chosen_size(cloud, present)
    account.require_image(cloud, present)
    if cloud.domain and cloud.dns == "record":
        account.require_zone(cloud.domain)
    if present:
        _require_way_back(settings, stack, present)
    return size


def _require_way_back(settings: StackSettings, stack: str, present: account.Present) -> None:
    """Refuse an allow-list that shuts out this machine, before any firewall has heard of it.

    Where the server cannot be reached now, nobody knows this machine's address: a list that lets it
    in again may be just what is being set, so it is not refused.
    """
    allowed = settings.host.allowed_addresses
    if not allowed or settings.cloud.shut_me_out or not present.address:
        return
    target = Target(present.address, present.id, "", True, settings.host, settings.secrets, stack)
    seen = seen_address(target)
    if seen and shut_out(seen, allowed):
        raise SettingsError(
            f"Setting allowed_addresses = {list(allowed)}: it shuts out this machine, which the server sees as {seen}; "
            "nothing was changed. To let it in as well: "
            f"pulumi config set --path 'allowed_addresses[{len(allowed)}]' {seen}. "
            "If that is meant, because you converge from elsewhere: pulumi config set shut_me_out true"
        )
