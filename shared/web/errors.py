"""The errors that a client of the API receives, and the one handler that answers them.

    ApiError                     status, stable code, values of its text, headers
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

The body of each is `{"code": …, "detail": …}`: a code for programs, which never changes, and a text in the reader's
language, which may. The code is the key of that text in the catalogue. A request that does not validate (422, code
`invalid_request`) has a list of faults as its detail.
"""

import math
from http import HTTPStatus
from typing import ClassVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.explanations.translations import Language, negotiate_language, translate, translate_fault

MAX_REPORTED_FAULTS = 20
"""Faults of one request that a response names."""
INVALID_REQUEST = "invalid_request"
RETRY_AFTER_SECONDS = 5


class ApiError(Exception):
    """A request that is not answered.

    Attributes:
        status: the HTTP status of the response.
        code: names the reason for programs; the catalogue holds a text under it.
        values: what the text names.
        headers: headers of the response.
    """

    status: ClassVar[HTTPStatus]

    def __init__(self, code: str, headers: dict[str, str] | None = None, /, **values: object) -> None:
        super().__init__(code)
        self.code, self.values, self.headers = code, values, headers or {}


class BadRequest(ApiError):
    """The request cannot be served as it is; the text says why and how to mend it."""

    status = HTTPStatus.BAD_REQUEST


class Unauthorized(ApiError):
    """The caller proves no identity, or not the one that they claim."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, code: str) -> None:
        super().__init__(code, {"WWW-Authenticate": "Bearer"})


class Forbidden(ApiError):
    """The caller is known and may not do this."""

    status = HTTPStatus.FORBIDDEN


class NotFound(ApiError):
    """What the request names does not exist, or not for this reader."""

    status = HTTPStatus.NOT_FOUND


class MethodNotAllowed(ApiError):
    """The address exists, without this method."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class Conflict(ApiError):
    """The request contradicts what is stored or in flight."""

    status = HTTPStatus.CONFLICT


class PayloadTooLarge(ApiError):
    """The body is larger than any request of ours needs."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__("too_large")


class UnsupportedMediaType(ApiError):
    """The body is not JSON."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE

    def __init__(self) -> None:
        super().__init__("not_json")


class UnprocessableContent(ApiError):
    """The request is well-formed and contradicts itself or an earlier one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class PreconditionRequired(ApiError):
    """The person must declare something first; no plan changes that."""

    status = HTTPStatus.PRECONDITION_REQUIRED


class TooManyRequests(ApiError):
    """The caller must wait.

    Args:
        wait: seconds.
    """

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, wait: float) -> None:
        self.wait = math.ceil(wait)
        super().__init__("too_many_calls", {"Retry-After": str(self.wait)}, seconds=self.wait)


class UnexpectedError(ApiError):
    """A fault of ours."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self) -> None:
        super().__init__("unexpected")


class ServiceUnavailable(ApiError):
    """Something that the request needs does not answer."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__("unavailable", {"Retry-After": str(RETRY_AFTER_SECONDS)})


def respond(request: Request, error: ApiError) -> JSONResponse:
    """The response to an error, in the reader's language."""
    detail = translate(error.code, _language_of(request), **error.values)
    return JSONResponse({"code": error.code, "detail": detail}, error.status, error.headers)


def respond_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """The response to a request that does not validate: its first faults with their places, without the rejected input.

    The input may be what a person did not mean to send, and may be no JSON (NaN, bytes).
    """
    language = _language_of(request)
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
    """The error of ours that one of the framework's means."""
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return NotFound("unknown_route")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            # The router names only the methods of the first route at an address.
            return MethodNotAllowed("unknown_method", {"Allow": ", ".join(_methods(request))})
        case _:
            return BadRequest("unreadable")


def _methods(request: Request) -> list[str]:
    """The methods at the address of a request, which some route serves."""
    routes = request.app.routes
    first = next(route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in routes if route.path == first.path for method in route.methods})


def _language_of(request: Request) -> Language:
    return negotiate_language(request.headers.get("accept-language"))
