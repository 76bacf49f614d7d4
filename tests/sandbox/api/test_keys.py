"""SSH keys of the account."""

from tests.sandbox.api.api_account import KEY, Account

# As `ssh-keygen -l -E md5` says.
FINGERPRINT = "fb:e1:e2:6f:06:50:89:ba:95:f0:2e:43:73:d7:6a:c9"


def test_by_number_and_by_fingerprint(account: Account) -> None:
    key = account.ask("POST", "/v2/account/keys", {"name": "laptop", "public_key": KEY}, expect=201)["ssh_key"]
    assert key["fingerprint"] == FINGERPRINT
    account.ask("PUT", f"/v2/account/keys/{key['id']}", {"name": "tablet"})
    assert account.ask("GET", f"/v2/account/keys/{FINGERPRINT}")["ssh_key"]["name"] == "tablet"
    account.ask("DELETE", f"/v2/account/keys/{FINGERPRINT}", expect=204)
    account.ask("GET", f"/v2/account/keys/{key['id']}", expect=404)


def test_the_same_key_under_another_name_and_comment_is_refused(account: Account) -> None:
    account.ask("POST", "/v2/account/keys", {"name": "laptop", "public_key": KEY}, expect=201)
    again = {"name": "other", "public_key": KEY.replace("owner@laptop", "someone")}
    assert account.refusal("POST", "/v2/account/keys", again) == "SSH Key is already in use on your account"


def test_what_is_no_key_is_refused(account: Account) -> None:
    for text in ("", "ssh-ed25519", "ssh-ed25519 not-base64!", KEY.replace("ssh-ed25519 ", "ssh-rsa ")):
        assert "Key invalid" in account.refusal("POST", "/v2/account/keys", {"name": "x", "public_key": text})
