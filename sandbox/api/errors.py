"""Refusals as DigitalOcean words them: `{"id", "message", "request_id"}` and a status."""

IDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    412: "precondition_failed",
    422: "unprocessable_entity",
    429: "too_many_requests",
    500: "server_error",
    503: "service_unavailable",
}


class ApiError(Exception):
    """Answered with `status` and DigitalOcean's error object."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    @property
    def id(self) -> str:
        return IDS.get(self.status, "server_error")


def not_found() -> ApiError:
    return ApiError(404, "The resource you were accessing could not be found.")


def refused(message: str) -> ApiError:
    """The request is understood and cannot be done as things are."""
    return ApiError(422, message)
