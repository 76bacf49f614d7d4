"""What the files on the host say."""

import configparser
import json
import re
from typing import Any

import pytest
from argon2 import PasswordHasher
from jinja2 import UndefinedError
from passlib.hash import sha512_crypt

from contract import paths
from contract.identity import lasting_host_key
from deploy.jupyter import REQUIREMENTS, configuration, unit
from deploy.jupyter.password import hashed_password
from deploy.ssh import DROP_IN, shown_host_key, sshd_files
from deploy.template import rendered
from deploy.users.sudo_password import LOCKED, shadow_field
from tests.deploy.targets import KEY, PASSWORD, a_target


def test_the_password_hash_is_jupyters_and_the_same_every_time() -> None:
    secrets = a_target().secrets
    algorithm, _, digest = hashed_password(secrets).partition(":")
    assert algorithm == "argon2"
    assert digest.startswith("$argon2id$v=19$m=10240,t=10,p=8$")
    assert PasswordHasher().verify(digest, PASSWORD)
    assert hashed_password(secrets) == hashed_password(secrets)


def test_sudo_is_locked_without_a_password_and_the_same_every_time_with_one() -> None:
    assert shadow_field(a_target().secrets) == LOCKED
    field = shadow_field(a_target(sudo_password="open, sesame").secrets)
    assert sha512_crypt.verify("open, sesame", field)
    assert field == shadow_field(a_target(sudo_password="open, sesame").secrets)


def test_the_configuration_is_python_and_sets_a_password_and_no_token() -> None:
    class Section:
        def __getattr__(self, name: str) -> Any:
            section = Section()
            setattr(self, name, section)
            return section

    config: Any = Section()
    exec(configuration(a_target(public_port=9000)), {"get_config": lambda: config})
    assert config.ServerApp.port == 9000
    assert config.ServerApp.ip == "0.0.0.0"
    assert config.ServerApp.root_dir == "/home/ada/notebooks"
    assert config.PasswordIdentityProvider.password_required is True
    assert config.PasswordIdentityProvider.hashed_password.startswith("argon2:$argon2id$")
    assert "token" not in vars(config.ServerApp)
    assert "IdentityProvider" not in vars(config)
    assert PASSWORD not in configuration(a_target())


def test_the_unit_runs_as_the_owner_with_roots_configuration() -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    text = unit(a_target())
    parser.read_string(re.sub(r"^Environment=", "Environment.", text, flags=re.M))
    service = parser["Service"]
    assert service["User"] == "ada"
    assert service["Restart"] == "always"
    assert service["OOMPolicy"] == "continue"
    assert service["NoNewPrivileges"] == "yes"
    assert "-I -m notebook" in service["ExecStart"]
    assert f"Environment=JUPYTER_CONFIG_DIR={paths.JUPYTER_CONFIG_DIRECTORY}\n" in text
    # These break notebooks.
    for directive in ("ProtectHome", "MemoryDenyWriteExecute", "PrivateUsers"):
        assert directive not in service


def test_the_environments_own_parts_are_found_before_those_of_conda() -> None:
    (path,) = re.findall(r"^Environment=JUPYTER_PATH=(.*)$", unit(a_target()), flags=re.M)
    ours, environment, conda = path.split(":")
    assert ours == paths.JUPYTER_DATA
    assert environment.startswith(paths.JUPYTER_ENVIRONMENT)
    assert conda.startswith(paths.CONDA_CURRENT)


def test_the_kernel_is_json_and_starts_beside_itself() -> None:
    kernel = json.loads(rendered("jupyter/kernel/kernel.json.j2", display_name="Anaconda", conda="/c"))
    assert kernel["argv"] == ["{resource_dir}/start", "{connection_file}"]
    assert kernel["display_name"] == "Python (Anaconda)"


def test_only_the_owners_shells_get_what_the_owner_can_write_on_their_path() -> None:
    text = rendered("conda/jupyter-anywhere.sh.j2", owner="ada", current="/opt/conda/current")
    guard, _, rest = text.partition("then\n")
    assert guard.splitlines()[-1] == 'if [ "$(id -un)" = "ada" ]; '
    assert "PATH" not in guard and "PATH=" in rest


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        rendered("conda/jupyter-anywhere.sh.j2", owner="ada")


def test_keys_are_roots_and_the_same_for_root_and_the_owner() -> None:
    files = sshd_files(a_target())
    for user in ("root", "ada"):
        assert files[f"{paths.AUTHORIZED_KEYS_DIRECTORY}/{user}"] == (f"{KEY}\n", "644")


def test_a_server_of_the_stacks_shows_the_lasting_host_key() -> None:
    target = a_target()
    key = lasting_host_key(target.secrets.identity_seed.get_secret_value())
    files = sshd_files(target)
    assert files[paths.HOST_KEY] == (key.private, "600")
    assert shown_host_key(target) == key.public
    assert f"HostKey {paths.HOST_KEY}" in files[DROP_IN][0]


def test_elsewhere_host_keys_are_not_touched() -> None:
    files = sshd_files(a_target(cloud=False))
    assert not any("host_key" in path for path in files)
    assert shown_host_key(a_target(cloud=False)) is None
    assert "HostKey" not in files[DROP_IN][0]
    assert "Match" not in files[DROP_IN][0]


def test_the_drop_in_sorts_before_cloud_inits() -> None:
    assert DROP_IN.rsplit("/", 1)[1] < "50-cloud-init.conf"


def test_the_lock_has_hashes_for_all_and_versions_without_known_holes() -> None:
    text = REQUIREMENTS.read_text()
    locked = dict(re.findall(r"^([a-z0-9-]+)==([0-9.]+)[^\n]*\\\n    --hash=sha256:", text, flags=re.M))
    assert len(re.findall(r"^\S+==", text, flags=re.M)) >= len(locked) > 50
    assert "://" not in text
    for package, least in {"jupyter-server": (2, 20), "jupyterlab": (4, 6, 2), "notebook": (7, 6)}.items():
        assert tuple(int(part) for part in locked[package].split(".")) >= least
