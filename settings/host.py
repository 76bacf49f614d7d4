"""The owner's choices that cross to the host. A change here, and only here, converges it."""

import base64
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr, ValidationInfo, field_validator

from versions import ANACONDA, MINIFORGE, Installer

MINIMUM_PASSWORD_LENGTH = 14

_SYSTEM_USERS = frozenset(
    "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody sshd caddy "
    "jupyter ubuntu debian admin sudo adm".split()
)
_LONGEST_PATH = 200
_TIMEZONE_ALIASES = {"UTC": "Etc/UTC", "UCT": "Etc/UTC", "Universal": "Etc/UTC", "Zulu": "Etc/UTC", "GMT": "Etc/GMT"}
_KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp", "ssh-rsa", "sk-ssh-ed25519@", "sk-ecdsa-sha2-nistp256@")


def read_public_key(text_or_path: str) -> str:
    """One OpenSSH public key, from its text or from the file that holds it.

    Raises ValueError; a private key's content is never part of the message.
    """
    text = text_or_path.strip()
    if not text.startswith(_KEY_TYPES) and "PRIVATE KEY" not in text:
        # What is longer than a path may be a private key in a form that is not known here.
        shown = repr(text) if len(text) <= _LONGEST_PATH and "\n" not in text else "what is given"
        try:
            text = Path(text).expanduser().read_text().strip()
        except (OSError, ValueError, RuntimeError):
            raise ValueError(
                f"{shown} is neither a public key nor a readable file with one; "
                "`ssh-keygen -t ed25519` makes ~/.ssh/id_ed25519.pub"
            ) from None
    if "PRIVATE KEY" in text:
        raise ValueError("that is a private key, which must never leave its place; name the file ending in .pub")
    if "\n" in text or not text.startswith(_KEY_TYPES) or not _is_whole(text):
        raise ValueError("that is no OpenSSH public key; its file ends in .pub and has one line")
    # Comments differ from machine to machine and would converge the host for nothing.
    return " ".join(text.split()[:2])


def _is_whole(public_key: str) -> bool:
    """Whether what follows the type is a key of that type: one cut in copying would fail in the cloud only."""
    kind, _, rest = public_key.partition(" ")
    try:
        blob = base64.b64decode(rest.partition(" ")[0], validate=True)
    except ValueError:
        return False
    # Fields, each behind its length (RFC 4253, 6.6); the first is the type again.
    fields = []
    while len(blob) >= 4:
        length = int.from_bytes(blob[:4], "big")
        fields.append(blob[4 : 4 + length])
        if len(fields[-1]) < length:
            return False
        blob = blob[4 + length :]
    return len(fields) > 1 and not blob and fields[0] == kind.encode()


class HostSettings(BaseModel):
    """Each field is a Pulumi configuration key of the same name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z0-9_-]{0,30}$",
            description="Your user on the server: runs Jupyter, may use sudo, is never root.",
        ),
    ] = "owner"
    ssh_public_keys: Annotated[
        tuple[str, ...],
        Field(
            min_length=1,
            description="SSH public keys, as text or as paths of .pub files, that may log in as root and as the owner.",
        ),
    ] = ("~/.ssh/id_ed25519.pub",)
    public_port: Annotated[int, Field(ge=1024, le=65535, description="TCP port on which the login page answers.")] = (
        8888
    )
    allowed_addresses: Annotated[
        tuple[str, ...],
        Field(description="Networks (CIDR) that may reach SSH and Jupyter; empty for the whole Internet."),
    ] = ()
    outgoing: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{1,5}(:[0-9]{1,5})?/(tcp|udp)$")], ...],
        Field(
            description="What notebooks may reach beyond DNS, HTTP(S), NTP and SSH: `PORT/tcp` or `FIRST:LAST/udp`; "
            "`5432/tcp` for PostgreSQL."
        ),
    ] = ()
    notebooks_folder: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$",
            description="Folder in the owner's home that Jupyter opens.",
        ),
    ] = "notebooks"
    timezone: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", description="The server's time zone (tz database name)."
        ),
    ] = "Etc/UTC"
    python_distribution: Annotated[
        Literal["anaconda", "miniforge", "custom"],
        Field(
            description="Where notebooks' Python comes from: `anaconda` (1.1 GB to download, 12 GB of disk), "
            "`miniforge` (small, community packages) or `custom` (the three installer settings)."
        ),
    ] = "anaconda"
    accept_anaconda_terms: Annotated[
        bool,
        Field(
            validate_default=True,
            description="You have read and accept https://www.anaconda.com/legal (asked for `anaconda` only: "
            "its package channels refuse to serve without).",
        ),
    ] = False
    installer_version: Annotated[
        str,
        Field(
            validate_default=True,
            pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,60})?$",
            description="`custom` only: name of its prefix in /opt/conda.",
        ),
    ] = ""
    installer_url: Annotated[
        str,
        Field(
            validate_default=True,
            pattern=r"^(https?://\S+)?$",
            description="`custom` only: where the installer is downloaded from.",
        ),
    ] = ""
    installer_sha256: Annotated[
        str,
        Field(
            validate_default=True,
            pattern=r"^([0-9a-f]{64})?$",
            description="`custom` only: SHA-256 of the installer, in hexadecimal.",
        ),
    ] = ""

    @field_validator("owner")
    @classmethod
    def _owner_is_a_person(cls, value: str) -> str:
        if value in _SYSTEM_USERS:
            raise ValueError(f"{value!r} is a system user; choose a name of your own")
        return value

    @field_validator("timezone")
    @classmethod
    def _timezone_has_its_full_name(cls, value: str) -> str:
        # The server tells the full name only: an alias would be set anew by every run.
        return _TIMEZONE_ALIASES.get(value, value)

    @field_validator("ssh_public_keys")
    @classmethod
    def _keys_are_public(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(read_public_key(key) for key in value))

    @field_validator("allowed_addresses")
    @classmethod
    def _addresses_are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        networks = []
        for text in value:
            try:
                networks.append(str(IPvAnyNetwork(text)))  # type: ignore[operator]
            except ValueError:
                raise ValueError(
                    f"{text!r} is no network; allowed are forms like 198.51.100.7/32 or 2001:db8::/48"
                ) from None
        return tuple(networks)

    @field_validator("outgoing")
    @classmethod
    def _ports_are_in_range(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            first, _, last = text.partition("/")[0].partition(":")
            if not 1 <= int(first) <= int(last or first) <= 65535:
                raise ValueError(f"{text!r}: ports go from 1 to 65535, the smaller first")
        return value

    # Checks between fields belong to the later field, so that they are made, and told with the
    # command that mends it, even when another setting is wrong too.
    @field_validator("accept_anaconda_terms")
    @classmethod
    def _terms_are_accepted(cls, value: bool, info: ValidationInfo) -> bool:
        if info.data.get("python_distribution") == "anaconda" and not value:
            raise ValueError(
                "read https://www.anaconda.com/legal, then set it to true, "
                "or choose python_distribution `miniforge`, which needs no terms"
            )
        return value

    @field_validator("installer_version", "installer_url", "installer_sha256")
    @classmethod
    def _installer_is_whole(cls, value: str, info: ValidationInfo) -> str:
        distribution = info.data.get("python_distribution")
        if distribution == "custom" and not value:
            raise ValueError("python_distribution `custom` needs installer_version, installer_url and installer_sha256")
        if distribution not in ("custom", None) and value:
            raise ValueError("the installer settings count only with python_distribution `custom`")
        return value

    @property
    def installer(self) -> Installer:
        """The conda installer that these settings name."""
        if self.python_distribution == "anaconda":
            return ANACONDA
        if self.python_distribution == "miniforge":
            return MINIFORGE
        return Installer(
            version=self.installer_version,
            url=self.installer_url,
            sha256=self.installer_sha256,
            needs_terms=False,
            disk_gb=3,
        )


class Secrets(BaseModel):
    """Never in clear in state, on the screen, in process lists or in logs."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    identity_seed: Annotated[
        SecretStr,
        Field(
            description="At least 32 random characters from which host keys and salts derive; made once, kept for good."
        ),
    ]
    password: Annotated[
        SecretStr, Field(description=f"Opens the login page; at least {MINIMUM_PASSWORD_LENGTH} characters.")
    ]
    sudo_password: Annotated[
        SecretStr, Field(description="The owner's password for sudo in a terminal; empty: sudo is locked.")
    ] = SecretStr("")

    @field_validator("identity_seed")
    @classmethod
    def _seed_is_long(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("it has fewer than 32 characters")
        return value

    @field_validator("password")
    @classmethod
    def _password_is_long(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < MINIMUM_PASSWORD_LENGTH:
            raise ValueError(f"it has fewer than {MINIMUM_PASSWORD_LENGTH} characters")
        return value
