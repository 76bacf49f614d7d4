"""What is generated from the settings is as it would be generated now."""

import yaml

from settings.reference import ROOT, pulumi_config, pulumi_yaml, settings_markdown
from settings.stack import fields, load
from tests.settings.raw_settings import ENCRYPTED, raw_config

STALE = "is not what settings/ would generate: make reference"


def test_pulumi_yaml_is_up_to_date() -> None:
    text = (ROOT / "Pulumi.yaml").read_text()
    assert text == pulumi_yaml(text), f"Pulumi.yaml {STALE}"


def test_the_settings_reference_is_up_to_date() -> None:
    text = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert text == settings_markdown(), f"docs/reference/settings.md {STALE}"


def test_what_stands_above_the_generated_half_is_kept() -> None:
    made = yaml.safe_load(pulumi_yaml("name: mine\nruntime: python\n"))
    assert (made["name"], made["runtime"]) == ("mine", "python")
    assert made["config"] == pulumi_config()


def test_the_declared_defaults_are_accepted_as_settings() -> None:
    # The engine passes them to the program like values of the owner's.
    raw = {f"jupyter-anywhere:{key}": entry["default"] for key, entry in pulumi_config().items()}
    assert load({**raw, **raw_config()}, ENCRYPTED) == load(raw_config(), ENCRYPTED)


def test_a_missing_secret_is_ours_to_complain_about() -> None:
    # Declared `secret`, an empty default stops the engine first, with words that name no command.
    secrets = [entry for key, entry in pulumi_config().items() if key in ("identity_seed", "password", "sudo_password")]
    assert [(entry["default"], entry.get("secret")) for entry in secrets] == [("", None)] * 3


def test_every_key_says_what_it_means() -> None:
    assert [name for name, field, _ in fields() if not field.description] == []
