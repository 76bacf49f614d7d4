"""The droplet as the engine is asked for it."""

import yaml

from contract.identity import boot_host_key
from tests.infra.stack_program import run_program
from tests.settings.raw_settings import PASSWORD, SEED, raw_config


def test_it_is_what_the_settings_say() -> None:
    run = run_program(
        raw_config(
            hostname="notebooks",
            region="nyc1",
            size="s-1vcpu-1gb",
            image="debian-12-x64",
            backups="true",
            monitoring="false",
            ipv6="false",
        )
    )
    inputs = run.one("Droplet").inputs
    wanted = {
        "name": "notebooks",
        "region": "nyc1",
        "size": "s-1vcpu-1gb",
        "image": "debian-12-x64",
        "backups": True,
        "monitoring": False,
        "ipv6": False,
    }
    assert {key: inputs[key] for key in wanted} == wanted


def test_a_resize_leaves_the_disk_and_asks_the_system_to_stop() -> None:
    inputs = run_program(raw_config()).one("Droplet").inputs
    assert inputs["resizeDisk"] is False
    assert inputs["gracefulShutdown"] is True


def test_the_stacks_own_tag_is_the_first() -> None:
    droplet = run_program(raw_config(tags='["home", "play"]')).one("Droplet")
    assert droplet.inputs["tags"] == ["jupyter-anywhere-dev", "home", "play"]


def test_the_user_data_are_a_cloud_config_with_the_boot_host_key() -> None:
    text = run_program(raw_config()).one("Droplet").inputs["userData"]
    # cloud-init ignores in silence what begins otherwise.
    assert text.split("\n", 1)[0] == "#cloud-config"
    key = boot_host_key(SEED)
    assert yaml.safe_load(text) == {
        "ssh_keys": {"ed25519_private": key.private, "ed25519_public": key.public},
        "ssh_pwauth": False,
        "disable_root": False,
    }


def test_the_user_data_are_secret_and_hold_no_other_secret() -> None:
    droplet = run_program(raw_config(sudo_password="sudo, please!")).one("Droplet")
    assert "userData" in droplet.secret
    assert not [secret for secret in (PASSWORD, SEED, "sudo, please!") if secret in droplet.inputs["userData"]]


def test_changed_keys_and_user_data_replace_nothing_and_a_changed_image_does() -> None:
    assert list(run_program(raw_config()).one("Droplet").options.ignoreChanges) == ["userData", "sshKeys"]


def test_a_new_one_waits_until_the_old_one_is_gone() -> None:
    assert run_program(raw_config()).one("Droplet").options.deleteBeforeReplace


def test_it_starts_behind_the_firewall() -> None:
    assert "firewall" in run_program(raw_config()).one("Droplet").depends_on


def test_slow_days_of_the_cloud_are_waited_for() -> None:
    timeouts = run_program(raw_config()).one("Droplet").options.customTimeouts
    assert (timeouts.create, timeouts.update, timeouts.delete) == ("20m", "30m", "10m")
