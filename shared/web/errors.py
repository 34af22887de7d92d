"""The errors that a client of the API receives, and their responses.

    ApiError                     status, stable code, values of its message, headers
    ├── BadRequest               400
    ├── Unauthorized             401  WWW-Authenticate
    ├── Forbidden                403
    ├── NotFound                 404
    ├── MethodNotAllowed         405  Allow
    ├── Conflict                 409
    ├── PayloadTooLarge          413
    ├── UnsupportedMediaType     415
    ├── UnprocessableContent     422
    ├── PreconditionRequired     428
    ├── TooManyRequests          429  Retry-After
    ├── UnexpectedError          500
    └── ServiceUnavailable       503  Retry-After

The body of each is `{"code": …, "detail": …}`: a stable code for programs, and a message in the reader's language. The
code is the key of that message in the translations. A request that fails validation (422, code `invalid_request`) has
a list of faults as its detail.
"""

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.explanations.translations import Language, negotiate_language, translate, translate_fault

MAX_REPORTED_FAULTS = 20
"""Validation faults listed in a response."""
INVALID_REQUEST = "invalid_request"
RETRY_AFTER_SECONDS = 5


class ApiError(Exception):
    """A request that fails: its stable code, and the values of the placeholders in its message."""

    status: ClassVar[HTTPStatus]

    def __init_subclass__(cls, *, status: HTTPStatus) -> None:
        cls.status = status

    def __init__(self, code: str, headers: dict[str, str] | None = None, /, **values: object) -> None:
        super().__init__(code)
        self.code, self.values, self.headers = code, values, headers or {}


ErrorResponder = Callable[[Request, ApiError | RequestValidationError], Response]
"""Makes the response to an error."""


class BadRequest(ApiError, status=HTTPStatus.BAD_REQUEST):
    """The request is invalid; the message says why and how to correct it."""


class Unauthorized(ApiError, status=HTTPStatus.UNAUTHORIZED):
    """Credentials are missing or invalid."""

    def __init__(self, code: str) -> None:
        super().__init__(code, {"WWW-Authenticate": "Bearer"})


class Forbidden(ApiError, status=HTTPStatus.FORBIDDEN):
    """The caller is authenticated and lacks permission."""


class NotFound(ApiError, status=HTTPStatus.NOT_FOUND):
    """The resource does not exist, or not for this reader."""


class MethodNotAllowed(ApiError, status=HTTPStatus.METHOD_NOT_ALLOWED):
    """The path exists without this method."""


class Conflict(ApiError, status=HTTPStatus.CONFLICT):
    """The request conflicts with stored data or with a request in flight."""


class PayloadTooLarge(ApiError, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
    """The body exceeds the size limit."""

    def __init__(self) -> None:
        super().__init__("too_large")


class UnsupportedMediaType(ApiError, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE):
    """The body is not JSON."""

    def __init__(self) -> None:
        super().__init__("not_json")


class UnprocessableContent(ApiError, status=HTTPStatus.UNPROCESSABLE_ENTITY):
    """The request is well-formed and inconsistent, with itself or with an earlier one."""


class PreconditionRequired(ApiError, status=HTTPStatus.PRECONDITION_REQUIRED):
    """The person must declare something first; no plan changes that."""


class TooManyRequests(ApiError, status=HTTPStatus.TOO_MANY_REQUESTS):
    """The caller exceeded a rate limit.

    Args:
        wait: seconds until the next request is allowed.
    """

    def __init__(self, wait: float) -> None:
        self.wait = math.ceil(wait)
        super().__init__("too_many_calls", {"Retry-After": str(self.wait)}, seconds=self.wait)


class UnexpectedError(ApiError, status=HTTPStatus.INTERNAL_SERVER_ERROR):
    """An unhandled exception."""

    def __init__(self) -> None:
        super().__init__("unexpected")


class ServiceUnavailable(ApiError, status=HTTPStatus.SERVICE_UNAVAILABLE):
    """A dependency of the request is unavailable."""

    def __init__(self) -> None:
        super().__init__("unavailable", {"Retry-After": str(RETRY_AFTER_SECONDS)})


def respond(request: Request, error: ApiError | RequestValidationError) -> JSONResponse:
    """The response to an error, in the reader's language.

    To a validation error it lists the first faults with their locations, without the rejected input, which may be
    sensitive, and may not be serializable as JSON (NaN, bytes).
    """
    language = _language_of(request)
    if isinstance(error, ApiError):
        detail = translate(error.code, language, **error.values)
        return JSONResponse({"code": error.code, "detail": detail}, error.status, error.headers)
    faults = [
        {
            "type": fault["type"],
            "loc": fault["loc"],
            "msg": translate_fault(fault["type"], language, fault.get("ctx", {})) or fault["msg"],
        }
        for fault in error.errors()[:MAX_REPORTED_FAULTS]
    ]
    return JSONResponse({"code": INVALID_REQUEST, "detail": faults}, HTTPStatus.UNPROCESSABLE_ENTITY)


def from_framework(request: Request, error: HTTPException) -> ApiError:
    """The `ApiError` that corresponds to an exception of Starlette."""
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return NotFound("unknown_route")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            # Starlette lists only the methods of the first route at a path.
            return MethodNotAllowed("unknown_method", {"Allow": ", ".join(_methods(request))})
        case _:
            return BadRequest("unreadable")


def _methods(request: Request) -> list[str]:
    """The methods of all routes at the request's path."""
    routes = request.app.routes
    first = next(route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in routes if route.path == first.path for method in route.methods})


def _language_of(request: Request) -> Language:
    return negotiate_language(request.headers.get("accept-language"))
