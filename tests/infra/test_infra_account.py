"""What the API refuses before anything is declared is told in one line, with what to do."""

import pytest

from infra.account import _ask
from settings.stack import SettingsError

WRAPPED = (
    "invoke of digitalocean:index/getDroplets:getDroplets failed: invoking it: 1 error occurred:\n"
    '\t* Error retrieving droplets: GET https://api/v2/droplets: {status} (request "643c") words of the API.\n\n'
)


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (401, "export DIGITALOCEAN_TOKEN=TOKEN"),
        (403, "lacks a scope"),
        (429, "wait some minutes"),
        (500, "Nothing was"),
    ],
)
def test_a_refusal_is_one_line_with_a_hint(status: int, hint: str) -> None:
    def refuse() -> None:
        raise Exception(WRAPPED.format(status=status))

    with pytest.raises(SettingsError) as caught:
        _ask(refuse)
    message = str(caught.value)
    assert message.startswith(
        f"DigitalOcean's API could not be asked: Error retrieving droplets: GET https://api/v2/droplets: {status}"
    )
    assert hint in message
    assert "\n" not in message and "invoke of" not in message and ".." not in message
