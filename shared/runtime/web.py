"""The edge of a function that answers HTTP: headers, CORS, languages, errors in one table, one log line."""

import logging
import re
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from mangum import Mangum
from psycopg import OperationalError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime import clock, errors, logs, wiring
from shared.runtime.settings import ORIGINS, settings
from shared.stores.database import Connection as DatabaseConnection
from shared.stores.database import DatabaseUnavailable
from shared.writing.catalogue import Language, say, spoken_in

HEADERS = {
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
"""On every answer, whatever its status."""
RETRY_AFTER = "5"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class NotFound(Exception):
    """What was asked for is not there; `key` is the text of the catalogue that says so."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class BadRequest(NotFound):
    """What was asked cannot be; `key` says why and how to mend it."""


async def connection() -> AsyncIterator[DatabaseConnection]:
    """The database inside a transaction that ends with the answer."""
    db = wiring.database()
    with db.transaction():
        yield db


async def _language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return spoken_in(accept_language)


Connection = Annotated[DatabaseConnection, Depends(connection)]
Spoken = Annotated[Language, Depends(_language)]


def http_app(name: str) -> FastAPI:
    """An application for one group of endpoints; its documentation is built with the bundle, not served by it."""
    app = FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for error, answer in _ERRORS.items():
        app.add_exception_handler(error, answer)
    return app


def lambda_handler(app: FastAPI) -> Callable[[Any, Any], dict[str, Any]]:
    """A handler for the platform from an application."""
    logs.take_in()
    origins = [*ORIGINS, *settings().cors_origins]
    guarded = CORSMiddleware(
        app,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=["Authorization", "Content-Type", "Accept", "Accept-Language", "Idempotency-Key"],
        expose_headers=["X-Request-ID", "Retry-After"],
        max_age=600,
    )
    return Mangum(_Edge(guarded, app.title), lifespan="off")


class _Edge:
    """What every answer has: headers, a request id, a log line; and JSON also for the unexpected."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app, self._name = app, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watch, status = clock.stopwatch(), 500
        given = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        told = given.get("x-request-id", "")
        request_id = told if _REQUEST_ID.fullmatch(told) else uuid4().hex
        is_head = scope["method"] == "HEAD"

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_ours(message["headers"], request_id)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app({**scope, "method": "GET"} if is_head else scope, receive, answer)
        except Exception as error:
            # The answer has gone out already, as JSON, from `_unexpected`; here it is only told to us.
            logs.write(logging.ERROR, "unexpected", function=self._name, request_id=request_id, error=repr(error))
            errors.capture(error, function=self._name, request_id=request_id)
        logs.write(
            logging.INFO,
            "request",
            function=self._name,
            request_id=request_id,
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(watch(), 1),
        )


def _with_ours(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    names = {name.lower() for name, _ in headers}
    if b"access-control-allow-origin" not in names:
        # The library grants credentials to every origin; an origin that is not listed gets nothing at all.
        headers = [(n, v) for n, v in headers if n.lower() != b"access-control-allow-credentials"]
    ours = HEADERS | {"x-request-id": request_id} | ({"x-demo": "true"} if settings().demo else {})
    return [*headers, *((name.encode(), value.encode()) for name, value in ours.items())]


async def _not_found(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotFound)  # noqa: S101  # the table below says so
    status = HTTPStatus.BAD_REQUEST if isinstance(error, BadRequest) else HTTPStatus.NOT_FOUND
    return JSONResponse({"detail": say(error.key, _language_of(request), **error.values)}, status)


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    body = {"detail": say("unavailable", _language_of(request))}
    return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": RETRY_AFTER})


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # the table below says so
    # Without the rejected input: it may be what a person did not mean to send, and may be no JSON (NaN, bytes).
    faults = [{key: fault[key] for key in ("type", "loc", "msg")} for fault in error.errors()]
    return JSONResponse({"detail": faults}, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _by_status(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # the table below says so
    key = {404: "unknown_route", 405: "unknown_method"}.get(error.status_code)
    detail = say(key, _language_of(request)) if key else error.detail
    return JSONResponse({"detail": detail}, error.status_code, error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": say("unexpected", _language_of(request))}, HTTPStatus.INTERNAL_SERVER_ERROR)


def _language_of(request: Request) -> Language:
    return spoken_in(request.headers.get("accept-language"))


_ERRORS: dict[type[Exception], Callable[[Request, Exception], Any]] = {
    NotFound: _not_found,
    DatabaseUnavailable: _unavailable,
    OperationalError: _unavailable,
    RequestValidationError: _invalid,
    HTTPException: _by_status,
    Exception: _unexpected,
}
"""How each error is told over HTTP."""
