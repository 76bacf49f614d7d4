"""Jupyter from outside: closed to a stranger, open to its owner."""

from collections.abc import Iterator

import requests

from check.report import Finding

CLOSED = ("/tree", "/lab", "/api/contents", "/api/kernels", "/api/terminals", "/api/sessions", "/files/")
"""What must be out of reach without the password: notebooks, kernels, shells."""

LOOK = "On the server: systemctl status jupyter; journalctl -u jupyter"


def findings(url: str, password: str) -> Iterator[Finding]:
    """url: scheme, host and port of the server."""
    yield closed_to_strangers(url)
    yield wrong_password_refused(url)
    yield opens_for_owner(url, password)


def closed_to_strangers(url: str) -> Finding:
    what = "Without the password nothing of notebooks, kernels and terminals is reachable"
    try:
        with _session() as stranger:
            answers = {path: stranger.get(url + path, allow_redirects=False, timeout=20) for path in CLOSED}
    except requests.RequestException as error:
        return Finding(what, f"{type(error).__name__}. {LOOK}")
    open_paths = [path for path, answer in answers.items() if not _is_refusal(answer)]
    return Finding(what, f"{', '.join(open_paths)} answered. Converge again: make converge" if open_paths else "")


def _is_refusal(answer: requests.Response) -> bool:
    to_login = answer.status_code in (301, 302) and "/login" in answer.headers.get("Location", "")
    return answer.status_code in (401, 403, 404, 405) or to_login


def wrong_password_refused(url: str) -> Finding:
    what = "A wrong password is refused"
    try:
        with _session() as stranger:
            accepted = _log_in(stranger, url, "not the password")
    except requests.RequestException as error:
        return Finding(what, f"{type(error).__name__}. {LOOK}")
    return Finding(what, "it was let in. Converge again: make converge" if accepted else "")


def opens_for_owner(url: str, password: str) -> Finding:
    what = "The owner's password opens it"
    try:
        with _session() as owner:
            accepted = _log_in(owner, url, password)
    except requests.RequestException as error:
        return Finding(what, f"{type(error).__name__}. {LOOK}")
    return Finding(what, "" if accepted else "it was refused. Converge again: make converge")


def _session() -> requests.Session:
    session = requests.Session()
    # No proxy: the question is what this address answers.
    session.trust_env = False
    return session


def _log_in(session: requests.Session, url: str, password: str) -> bool:
    """Whether the API is open after that password was sent, as the login form sends it."""
    session.get(f"{url}/login", timeout=20)
    form = {"password": password, "_xsrf": session.cookies.get("_xsrf") or ""}
    session.post(f"{url}/login", data=form, timeout=20)
    return session.get(f"{url}/api/contents", timeout=20).status_code == 200
