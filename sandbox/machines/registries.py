"""How the person's machine reaches Debian's and Python's registries, for the droplets to do the same.

Behind a company's proxy or mirror, a droplet that asks Debian's own archive gets nowhere.
"""

import configparser
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.config import SandboxError

SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_COMPONENTS = {"main", "contrib", "non-free", "non-free-firmware"}
# Of apt's settings those that decide whether a mirror is reached and believed; the rest
# (docker-clean and the like) is about the person's machine.
_APT_SETTINGS = re.compile(r"Acquire::(https?|Check-|Retries|Max-FutureTime|By-Hash)", re.IGNORECASE)
_PIP_SETTINGS = {"index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "default-timeout", "retries"}


@dataclass(frozen=True)
class Registries:
    """sources: deb822 text; apt, pip: text of the configuration files; environment: variables;
    certificates: PEM texts of authorities beyond Mozilla's."""

    sources: str
    apt: str = ""
    pip: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    certificates: tuple[str, ...] = ()

    def hosts(self) -> set[str]:
        """Names of the servers that packages come from."""
        urls = re.findall(r"https?://\S+", f"{self.sources}\n{self.pip}")
        return {host for url in urls if (host := urlsplit(url).hostname)}


def of_this_machine(release: str) -> Registries:
    """Read the machine's settings; `release` is Debian's code name, e.g. "bookworm"."""
    certificates = _certificates()
    environment = {
        name: value for lower in _PROXY_VARIABLES for name in (lower, lower.upper()) if (value := os.environ.get(name))
    }
    if certificates:
        environment |= {name: SYSTEM_BUNDLE for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")}
    return Registries(
        sources=_sources(release),
        apt=_apt_settings(),
        pip=_pip_settings(trust_system=bool(certificates)),
        environment=environment,
        certificates=certificates,
    )


def _sources(release: str) -> str:
    stanzas = []
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        stanzas += [dict(_fields(text)) for text in re.split(r"\n\s*\n", path.read_text())]
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.list"))]:
        if path.exists():
            stanzas += [stanza for line in path.read_text().splitlines() if (stanza := _one_line(line))]
    texts = [text for stanza in stanzas if (text := _debian_only(stanza, release))]
    return "\n".join(texts) or _named(release)


def _fields(stanza: str) -> list[tuple[str, str]]:
    lines = [line for line in stanza.splitlines() if not line.startswith("#")]
    return re.findall(r"^([\w-]+):\s*(.*(?:\n\s.*)*)", "\n".join(lines), re.MULTILINE)


def _one_line(line: str) -> dict[str, str] | None:
    match = re.match(r"deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.+?)\s*(?:#.*)?$", line)
    if not match:
        return None
    options = dict(option.split("=", 1) for option in (match[1] or "").split() if "=" in option)
    signed = {"Signed-By": options["signed-by"]} if "signed-by" in options else {}
    return {"Types": "deb", "URIs": match[2], "Suites": match[3], "Components": match[4], **signed}


def _debian_only(stanza: Mapping[str, str], release: str) -> str | None:
    """The stanza as text, or None when it is another's archive or another release's."""
    suites = [suite for suite in stanza.get("Suites", "").split() if _is_of(suite, release)]
    components = stanza.get("Components", "").split()
    # Other archives use Debian's suite names too; a key of their own gives them away.
    foreign = "debian-archive" not in stanza.get("Signed-By", "debian-archive")
    disabled = stanza.get("Enabled", "yes").strip().lower() in ("no", "false", "0")
    if not suites or foreign or disabled or "main" not in components or not _COMPONENTS.issuperset(components):
        return None
    return _stanza(stanza["URIs"], " ".join(suites), " ".join(components))


def _is_of(suite: str, release: str) -> bool:
    return suite in {release, *(f"{release}-{kind}" for kind in ("updates", "security", "backports"))}


def _stanza(uris: str, suites: str, components: str = "main") -> str:
    return (
        f"Types: deb\nURIs: {uris}\nSuites: {suites}\nComponents: {components}\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )


def _named(release: str) -> str:
    """The mirror that the owner names, for a machine that has no packages of this release of its own."""
    mirror = os.environ.get("JUPYTER_SANDBOX_MIRROR", "").rstrip("/")
    if not mirror:
        raise SandboxError(
            f"Droplets are Debian ({release}), and this machine's apt has no sources of it.\n"
            "Name a mirror (https://www.debian.org/mirror/list): export JUPYTER_SANDBOX_MIRROR=http://MIRROR/debian"
        )
    return "\n".join(
        [
            _stanza(mirror, f"{release} {release}-updates"),
            _stanza(f"{mirror}-security", f"{release}-security"),
        ]
    )


def _apt_settings() -> str:
    try:
        dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = [line for line in dump.splitlines() if _APT_SETTINGS.match(line) and not line.endswith('"";')]
    return "".join(f"{line}\n" for line in lines)


def _pip_files() -> list[Path]:
    home = Path.home()
    paths = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip/pip.conf"]
    paths += [home / ".config/pip/pip.conf", Path(os.environ.get("PIP_CONFIG_FILE", "/dev/null"))]
    return [path for path in paths if path.is_file()]


def _pip_settings(trust_system: bool) -> str:
    """pip.conf's text: files first, PIP_* variables over them, as pip does it."""
    parser = configparser.RawConfigParser()
    parser.read(_pip_files())
    found = dict(parser["global"]) if parser.has_section("global") else {}
    found |= {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in os.environ.items()
        if name.startswith("PIP_")
    }
    settings = {name: value for name, value in sorted(found.items()) if name in _PIP_SETTINGS}
    if trust_system:
        settings["cert"] = SYSTEM_BUNDLE
    if not settings:
        return ""
    return "[global]\n" + "".join(f"{name} = {value}\n".replace("\n\t", "\n    ") for name, value in settings.items())


def _certificates() -> tuple[str, ...]:
    """Authorities the machine trusts beyond Mozilla's list (a company's proxy, for one)."""
    bundles = [Path(value) for name in _BUNDLE_VARIABLES if (value := os.environ.get(name))]
    own = sorted(Path("/usr/local/share/ca-certificates").rglob("*.crt"))
    found = {text for path in [*own, *bundles] if path.is_file() for text in _pem(path)}
    known = {text for path in Path("/usr/share/ca-certificates").rglob("*.crt") for text in _pem(path)}
    return tuple(sorted(found - known))


def _pem(path: Path) -> list[str]:
    return _CERTIFICATE.findall(path.read_text(errors="replace"))
