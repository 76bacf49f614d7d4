"""Does the login page answer, as a browser would see it?"""

import time
import urllib.error
import urllib.request

from contract.errors import OwnerError

PASSWORD_FIELD = 'name="password"'


class LoginPageError(OwnerError):
    """The login page is not there, or something else is."""


def wait_for_login_page(url: str, seconds: float = 60) -> None:
    """url: scheme, host and port. Raises LoginPageError after `seconds`."""
    deadline = time.monotonic() + seconds
    while reason := _fault(url):
        if time.monotonic() > deadline:
            raise LoginPageError(
                f"The login page does not answer at {url} ({reason}). On the server, `systemctl status jupyter` and "
                "`journalctl -u jupyter` tell why. If `allowed_addresses` is set, this machine must be in it."
            )
        time.sleep(1)


def _fault(url: str) -> str:
    """Why this is not our login page; "" if it is."""
    try:
        # No proxy: the question is whether this address answers, not what a proxy says of it.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/login", timeout=10) as response:
            page = response.read(200_000).decode(errors="replace")
    except urllib.error.HTTPError as error:
        return f"HTTP status {error.code}"
    except OSError as error:
        return str(getattr(error, "reason", error))
    return "" if PASSWORD_FIELD in page else "a page without a password field"
