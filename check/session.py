"""A visitor of the server: with cookies, as a browser has them, and with or without the password."""

import requests

TIMEOUT_SECONDS = 20


class Visitor:
    """url: scheme, host and port. Calls raise requests.RequestException when nothing answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        # No proxy: the question is what this address answers.
        self._session.trust_env = False

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str) -> requests.Response:
        """Redirects are not followed: one to the login page is an answer of its own."""
        return self._session.get(self.url + path, allow_redirects=False, timeout=TIMEOUT_SECONDS)

    def send(self, method: str, path: str, body: object = None) -> requests.Response:
        headers = {"X-XSRFToken": self._session.cookies.get("_xsrf") or ""}
        return self._session.request(method, self.url + path, json=body, headers=headers, timeout=TIMEOUT_SECONDS)

    def log_in(self, password: str) -> bool:
        """Send the password as the login form does; whether the API is open after that."""
        self.get("/login")
        form = {"password": password, "_xsrf": self._session.cookies.get("_xsrf") or ""}
        self._session.post(f"{self.url}/login", data=form, timeout=TIMEOUT_SECONDS)
        return self.get("/api/contents").status_code == 200

    @property
    def cookies(self) -> str:
        """For a `Cookie:` header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)
