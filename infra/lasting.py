"""What lasts: keys, firewall, zone and project stand before the server and outlive a new one."""

from dataclasses import dataclass
from typing import cast

import pulumi
import pulumi_digitalocean as digitalocean
from pulumi import ResourceOptions

from contract.ports import EVERYWHERE, port_table, sources
from infra.account import AccountKey, account_keys, md5_fingerprint
from settings.cloud import CloudSettings
from settings.host import HostSettings


@dataclass(frozen=True)
class LastingArgs:
    """tag: the stack's own, by which the firewall finds its droplet."""

    cloud: CloudSettings
    host: HostSettings
    tag: str


class Lasting(pulumi.ComponentResource):
    """SSH keys, tags, firewall, zone, project.

    Outputs: ssh_keys (ids), tags (names, the stack's own first), project_id ("" for none),
    and `firewall` and `zone` to depend on.
    """

    ssh_keys: list[pulumi.Input[str]]
    tags: list[pulumi.Output[str]]
    firewall: digitalocean.Firewall
    zone: digitalocean.Domain | None
    project: digitalocean.Project | None

    def __init__(self, name: str, args: LastingArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("jupyter-anywhere:infra:Lasting", name, None, opts)
        child = ResourceOptions(parent=self)
        present = account_keys()
        self.ssh_keys = [
            self._ssh_key(f"{args.tag}-{md5_fingerprint(key)[:8].replace(':', '')}", key, present)
            for key in args.host.ssh_public_keys
        ]
        # A firewall that names a tag which does not exist yet is refused: refer to the resource.
        own = digitalocean.Tag("stack", name=args.tag, opts=child)
        # Tags of the owner's may be on other things too: destroying the stack must not take them away.
        shared = ResourceOptions(parent=self, retain_on_delete=True)
        self.tags = [own.name, *(digitalocean.Tag(f"tag-{tag}", name=tag, opts=shared).name for tag in args.cloud.tags)]
        self.firewall = self._firewall(args, own, child)
        self.zone = None
        if args.cloud.domain and args.cloud.dns == "zone":
            # Every change replaces, and the new one clashes with the old while that is there.
            alone = ResourceOptions(parent=self, delete_before_replace=True)
            self.zone = digitalocean.Domain("zone", name=args.cloud.domain, opts=alone)
        self.project = None
        if args.cloud.project:
            self.project = digitalocean.Project(
                "project",
                name=args.cloud.project.replace("{stack}", pulumi.get_stack()),
                purpose="Class project / Educational purposes",
                description="A Jupyter server of one's own",
                opts=ResourceOptions(parent=self, custom_timeouts=pulumi.CustomTimeouts(delete="10m")),
            )
        self.register_outputs({})

    def _ssh_key(self, name: str, public_key: str, present: dict[str, AccountKey]) -> pulumi.Input[str]:
        # An account takes a key once only. One that is there under another name is somebody's:
        # used, but neither declared nor ever deleted by us.
        there = present.get(md5_fingerprint(public_key))
        if there and there.name != name:
            return there.id
        made = digitalocean.SshKey(name, name=name, public_key=public_key, opts=ResourceOptions(parent=self))
        return cast(pulumi.Output[str], made.id)

    def _firewall(self, args: LastingArgs, tag: digitalocean.Tag, opts: ResourceOptions) -> digitalocean.Firewall:
        # By tag, so that it holds from the droplet's first second.
        return digitalocean.Firewall(
            "firewall",
            name=args.tag,
            tags=[tag.name],
            inbound_rules=[
                digitalocean.FirewallInboundRuleArgs(
                    protocol=port.protocol,
                    port_range=str(port.number),
                    source_addresses=list(sources(port, args.host.allowed_addresses)),
                )
                for port in port_table(args.host.public_port, cloud_firewall=True)
            ],
            # What may go out is decided on the host, where it can be told by user.
            outbound_rules=[
                digitalocean.FirewallOutboundRuleArgs(
                    protocol=protocol,
                    port_range=None if protocol == "icmp" else "1-65535",
                    destination_addresses=list(EVERYWHERE),
                )
                for protocol in ("tcp", "udp", "icmp")
            ],
            opts=opts,
        )
