"""What is wrong from outside is seen: each guarantee against a server that breaks it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import flask
import pytest
from werkzeug.serving import make_server

from check import jupyter, ports
from check.login_page import LoginPageError, wait_for_login_page
from check.report import Finding

FORM = '<form><input name="password"></form>'


@contextmanager
def served(app: flask.Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def an_app(*, api: int = 403, login: str = FORM) -> flask.Flask:
    """api: the status of everything but the login page."""
    app = flask.Flask("jupyter")

    @app.route("/login", methods=["GET", "POST"])
    def page() -> str:
        return login

    @app.route("/<path:_>", methods=["GET", "POST", "DELETE"])
    def rest(_: str) -> tuple[str, int]:
        return "{}", api

    return app


def found(url: str) -> dict[str, Finding]:
    return {finding.what.split()[0]: finding for finding in jupyter.findings(url, "the right password")}


def test_a_closed_server_is_closed_and_one_that_lets_nobody_in_is_of_no_use() -> None:
    with served(an_app()) as url:
        findings = found(url)
    assert not findings["Without"].fault
    assert not findings["A"].fault
    assert "the password was refused" in findings["The"].fault


def test_an_open_server_is_fatal_and_what_is_open_is_named() -> None:
    with served(an_app(api=200)) as url:
        findings = found(url)
    assert "/api/kernels" in findings["Without"].fault and "/api/terminals" in findings["Without"].fault
    assert "it was let in" in findings["A"].fault
    assert str(findings["A"]).startswith("FATAL ")


def test_a_redirect_to_the_login_page_is_a_refusal_and_any_other_is_not() -> None:
    app = flask.Flask("jupyter")

    @app.route("/tree")
    def tree() -> flask.typing.ResponseReturnValue:
        return flask.redirect("/login?next=%2Ftree")

    @app.route("/lab")
    def lab() -> flask.typing.ResponseReturnValue:
        return flask.redirect("/elsewhere")

    with served(app) as url:
        fault = found(url)["Without"].fault
    assert fault.startswith("/lab answered")


def test_a_kernel_that_cannot_be_started_is_said() -> None:
    with served(an_app(api=200)) as url:
        assert "a kernel could not be started (HTTP status 200)" in found(url)["The"].fault


def test_a_server_that_is_gone_is_a_finding_and_no_traceback() -> None:
    with served(an_app()) as url:
        pass
    assert all("it could not be asked (ConnectionError)" in finding.fault for finding in found(url).values())


@pytest.mark.parametrize("login", ["<h1>It works!</h1>", ""])
def test_a_page_without_a_password_field_is_no_login_page(login: str) -> None:
    with served(an_app(login=login)) as url, pytest.raises(LoginPageError, match="without a password field"):
        wait_for_login_page(url, seconds=0)


def test_the_login_page_is_one() -> None:
    with served(an_app()) as url:
        wait_for_login_page(url, seconds=0)


def test_a_port_that_answers_and_is_in_no_table_is_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_server(("127.0.0.1", 0)) as allowed:
        here, other = listener.getsockname()[1], allowed.getsockname()[1]
        monkeypatch.setattr(ports, "USUAL", (here, other))
        finding = ports.closed_outside_table("127.0.0.1", [other])
        assert finding.fault.startswith(f"{here} answered") and str(other) not in finding.fault
    assert not ports.closed_outside_table("127.0.0.1", [other]).fault


def test_a_warning_is_not_called_fatal() -> None:
    assert str(Finding("It is new", "it is old", fatal=False)) == "warning  It is new: it is old"
