"""The owner's choices that stay in the cloud: what is rented, where, and under which name."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


class CloudSettings(BaseModel):
    """Each field is a Pulumi configuration key of the same name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hostname: Annotated[str, Field(pattern=rf"^{_LABEL}$", description="The droplet's name and host name.")] = "jupyter"
    region: Annotated[
        str,
        Field(
            pattern=r"^[a-z]{3}[0-9]$", description="Data centre, by its slug; `doctl compute region list` shows them."
        ),
    ] = "fra1"
    size: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9.]+(-[a-z0-9.]+)+$",
            description="Memory, processors and disk, by slug; can be changed later, the data stay.",
        ),
    ] = "s-1vcpu-2gb"
    image: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9][a-z0-9.-]*$",
            description="Operating system, by slug: Ubuntu or Debian. A new one replaces the droplet.",
        ),
    ] = "ubuntu-24-04-x64"
    backups: Annotated[bool, Field(description="Weekly backups of the whole droplet, 20 % of its price.")] = False
    monitoring: Annotated[
        bool, Field(description="DigitalOcean's graphs of memory and disk; a change replaces the droplet.")
    ] = True
    ipv6: Annotated[bool, Field(description="An IPv6 address as well; taking it away replaces the droplet.")] = True
    tags: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9:_-]{1,255}$")], ...],
        Field(description="More tags for the droplet, beside the stack's own."),
    ] = ()
    project: Annotated[
        str,
        Field(
            max_length=150,
            description="Project in DigitalOcean's control panel, made by the stack; empty for none. An account has "
            "each name once: `{stack}` stands for the stack's.",
        ),
    ] = "Jupyter anywhere ({stack})"
    domain: Annotated[
        str,
        Field(
            pattern=rf"^({_LABEL}(\.{_LABEL})+)?$",
            description="Domain (zone) under which the server is reached; empty for none.",
        ),
    ] = ""
    record: Annotated[
        str,
        Field(pattern=rf"^(@|{_LABEL}(\.{_LABEL})*)$", description="Name in that domain; `@` for the domain itself."),
    ] = "jupyter"
    dns: Annotated[
        Literal["record", "zone", "external"],
        Field(
            description="`record`: the zone is at DigitalOcean already, only the server's records are ours; `zone`: "
            "the stack makes the zone; `external`: it is elsewhere, the records to enter there are printed."
        ),
    ] = "record"
    dns_ttl: Annotated[int, Field(ge=30, le=86400, description="Seconds for which resolvers may keep the records.")] = (
        300
    )
    shut_me_out: Annotated[
        bool, Field(description="Accept `allowed_addresses` even where they shut out the machine that converges.")
    ] = False
    protect: Annotated[
        bool, Field(description="The droplet cannot be deleted or replaced by accident; on for anything but play.")
    ] = True

    @field_validator("image")
    @classmethod
    def _image_is_debian_like(cls, value: str) -> str:
        if not value.startswith(("ubuntu-", "debian-")):
            raise ValueError(f"{value!r}: allowed are images of Ubuntu and Debian, like ubuntu-24-04-x64")
        return value

    @field_validator("tags")
    @classmethod
    def _tags_are_different(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        # To DigitalOcean, capitals make no difference.
        spellings: dict[str, str] = {}
        for tag in value:
            spellings.setdefault(tag.lower(), tag)
        return tuple(spellings.values())

    @property
    def fqdn(self) -> str:
        """The server's full name, "" without a domain."""
        if not self.domain:
            return ""
        return self.domain if self.record == "@" else f"{self.record}.{self.domain}"
