"""What is found out before anything is created."""

from infra import account
from settings.cloud import CloudSettings


def preflight(cloud: CloudSettings, tag: str) -> account.Size:
    """The size that is to be rented, once all else that is asked for can be had too.

    tag: the stack's own. Raises SettingsError with what is wrong and what to do.
    """
    present = account.present_droplet(tag)
    account.require_active(new_droplet=present is None)
    size = account.chosen_size(cloud, present)
    account.require_image(cloud, present)
    if cloud.domain and cloud.dns == "record":
        account.require_zone(cloud.domain)
    return size
