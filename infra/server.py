"""The server: droplet, its records, its place in the project, and the hand-over to the host."""

from dataclasses import dataclass

import pulumi
import pulumi_digitalocean as digitalocean
import yaml
from pulumi import Input, Output, ResourceOptions
from pulumi_command import local

from contract import target
from contract.identity import boot_host_key
from contract.paths import notebooks
from handover.attempt import current_attempt
from infra.digest import digest
from infra.guard import guard
from infra.lasting import Lasting
from settings.cloud import CloudSettings
from settings.host import HostSettings, Secrets

TIMEOUTS = pulumi.CustomTimeouts(create="20m", update="30m", delete="10m")
"""The provider's own (60 s for a delete) are shorter than the cloud takes on a bad day."""


@dataclass(frozen=True)
class ServerArgs:
    cloud: CloudSettings
    host: HostSettings
    secrets: Secrets
    lasting: Lasting


class Server(pulumi.ComponentResource):
    """Outputs: address (IPv4), address6 ("" for none), target (the hand-over's environment, secret),
    copy_home (the command that saves the notebooks)."""

    droplet: digitalocean.Droplet
    address: Output[str]
    address6: Output[str]
    target: Output[str]
    copy_home: Output[str]

    def __init__(self, name: str, args: ServerArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("jupyter-anywhere:infra:Server", name, None, opts)
        self.droplet = self._droplet(args)
        self.address = self.droplet.ipv4_address
        self.address6 = self.droplet.ipv6_address.apply(lambda address: address or "")
        before: list[pulumi.Resource] = [args.lasting.firewall, *self._records(args)]
        if args.lasting.project:
            before.append(self._project_resources(args.lasting.project, args.lasting.zone))
        environment = self._target(args)
        self.target = Output.secret(Output.json_dumps(environment))
        self._hand_over(environment, before)
        self.copy_home = self.address.apply(lambda address: copy_home_command(args.host, address))
        everything = [args.lasting, self.droplet, *before]
        guard(self.droplet.id, self.copy_home, everything, on=args.cloud.protect, parent=self)
        self.register_outputs({})

    def _droplet(self, args: ServerArgs) -> digitalocean.Droplet:
        cloud = args.cloud
        return digitalocean.Droplet(
            "droplet",
            name=cloud.hostname,
            region=cloud.region,
            size=cloud.size,
            image=cloud.image,
            ssh_keys=args.lasting.ssh_keys,
            tags=args.lasting.tags,
            user_data=Output.secret(user_data(args.secrets)),
            backups=cloud.backups,
            monitoring=cloud.monitoring,
            ipv6=cloud.ipv6,
            # A grown disk can never shrink again; memory and processors alone can.
            resize_disk=False,
            graceful_shutdown=True,
            opts=ResourceOptions(
                parent=self,
                # Both would replace the droplet: root's keys are converged on the host, and user
                # data count at the first boot only.
                ignore_changes=["user_data", "ssh_keys"],
                # The new one has the same name and tag; two at once would share records and firewall.
                delete_before_replace=True,
                custom_timeouts=TIMEOUTS,
                depends_on=[args.lasting.firewall],
            ),
        )

    def _records(self, args: ServerArgs) -> list[pulumi.Resource]:
        cloud = args.cloud
        if not cloud.domain or cloud.dns == "external":
            return []
        zone: Input[str] = args.lasting.zone.name if args.lasting.zone else cloud.domain
        values = {"A": self.address} | ({"AAAA": self.address6} if cloud.ipv6 else {})
        return [
            digitalocean.DnsRecord(
                f"record-{kind.lower()}",
                domain=zone,
                name=cloud.record,
                type=kind,
                value=value,
                ttl=cloud.dns_ttl,
                opts=ResourceOptions(parent=self),
            )
            for kind, value in values.items()
        ]

    def _project_resources(
        self, project: digitalocean.Project, zone: digitalocean.Domain | None
    ) -> digitalocean.ProjectResources:
        urns = [self.droplet.droplet_urn] + ([zone.domain_urn] if zone else [])
        return digitalocean.ProjectResources(
            "project-resources", project=project.id, resources=urns, opts=ResourceOptions(parent=self)
        )

    def _target(self, args: ServerArgs) -> dict[str, Input[str]]:
        secrets = target.secrets_environment(args.secrets)
        return {
            # The size as it is once the resize is done: memory decides about limits and swap.
            **target.environment(self.address, self.droplet.id, self.droplet.size, True, args.host, pulumi.get_stack()),
            **{name: Output.secret(value) for name, value in secrets.items()},
        }

    def _hand_over(self, environment: dict[str, Input[str]], before: list[pulumi.Resource]) -> None:
        local.Command(
            "hand-over",
            # `exec`, so that a Ctrl-C reaches the hand-over and not a shell in between.
            create="exec .venv/bin/python -m handover",
            # No `update`: a changed input runs `create` again. No `triggers`: they would replace.
            environment={
                **environment,
                f"{target.PREFIX}DIGEST": digest(),
                f"{target.PREFIX}ATTEMPT": current_attempt(pulumi.get_stack()),
            },
            # With it, a long log of one run is an argument list too long for the next.
            add_previous_output_in_env=False,
            opts=ResourceOptions(
                parent=self,
                depends_on=before,
                # What a deploy prints would otherwise be in the state in clear.
                additional_secret_outputs=["stdout", "stderr"],
            ),
        )


def user_data(secrets: Secrets) -> str:
    """cloud-config (https://cloudinit.readthedocs.io) that gives the droplet its boot host key."""
    key = boot_host_key(secrets.identity_seed.get_secret_value())
    config = {
        "ssh_keys": {"ed25519_private": key.private, "ed25519_public": key.public},
        "ssh_pwauth": False,
        "disable_root": False,
    }
    # The first line must be exactly this: any other is ignored in silence and locks the owner out.
    return "#cloud-config\n" + yaml.safe_dump(config, sort_keys=True)


def ssh_command(owner: str, address: str) -> str:
    return f"ssh {owner}@{address}"


def copy_home_command(host: HostSettings, address: str) -> str:
    """Brings the notebooks home, for whoever is about to delete the server."""
    return f"scp -r {host.owner}@{address}:{notebooks(host.owner, host.notebooks_folder)} notebooks-from-{address}"
