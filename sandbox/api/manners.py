"""What is the same for every call: token, rate-limit headers, error objects, the request log."""

import hmac
import logging
import time
import uuid
from http import HTTPStatus
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.api.cloud import cloud
from sandbox.api.errors import IDS, ApiError

log = logging.getLogger("sandbox.api")

RATE_LIMIT = 5000  # calls an hour, as the real one says; the sandbox counts, and refuses only on request
LOG_LIMIT = 5_000_000  # bytes, then one older file is kept
OPEN_PATHS = ("/sandbox/health",)


def install(app: Flask, token: str, log_file: Path) -> None:
    """Give every answer of `app` DigitalOcean's manners."""
    requests = _request_log(log_file)
    calls: list[float] = []

    @app.before_request
    def check_caller() -> None:
        g.started, g.request_id = time.monotonic(), str(uuid.uuid4())
        given = request.headers.get("Authorization", "")
        if request.path not in OPEN_PATHS and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise ApiError(401, "Unable to authenticate you.")
        if request.path.startswith("/v2/"):
            cloud.faults.strike(request.method, request.path)

    @app.after_request
    def add_headers(response: Response) -> Response:
        hour_ago = time.time() - 3600
        calls[:] = [*(call for call in calls if call > hour_ago), time.time()]
        response.headers["ratelimit-limit"] = str(RATE_LIMIT)
        response.headers["ratelimit-remaining"] = str(max(0, RATE_LIMIT - len(calls)))
        response.headers["ratelimit-reset"] = str(int(calls[0]) + 3600)
        response.headers["x-request-id"] = g.request_id
        if response.status_code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            response.headers["Retry-After"] = "1"
        milliseconds = round(1000 * (time.monotonic() - g.started))
        # Without the query and quoted: no secret and no line break of a caller's gets into the log.
        requests.info("%s %s %s %sms", request.method, quote(request.path), response.status_code, milliseconds)
        return response

    @app.errorhandler(ApiError)
    def refuse(error: ApiError) -> tuple[Response, int]:
        return _error(error.id, error.message, error.status)

    @app.errorhandler(HTTPException)
    def refuse_unknown(error: HTTPException) -> tuple[Response, int]:
        if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            message = f"The sandbox does not imitate {request.method} {request.path}."
            return _error("not_found", message, HTTPStatus.NOT_FOUND)
        status = error.code or 500
        return _error(IDS.get(status, "bad_request"), error.description or error.name, status)

    @app.errorhandler(Exception)
    def confess(error: Exception) -> tuple[Response, int]:
        log.exception("%s %s failed (request %s)", request.method, quote(request.path), g.request_id)
        return _error("server_error", f"The sandbox failed: {type(error).__name__}: {error}", 500)


def _error(id_: str, message: str, status: int) -> tuple[Response, int]:
    body: dict[str, Any] = {"id": id_, "message": message, "request_id": g.request_id}
    return jsonify(body), status


def _request_log(path: Path) -> logging.Logger:
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_LIMIT, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    # A logger of this app's own, not a global one: two apps in one process keep their files apart.
    requests = logging.Logger("sandbox.api.requests")
    requests.addHandler(handler)
    return requests
