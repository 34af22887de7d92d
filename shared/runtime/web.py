"""The edge of a function that answers HTTP: its application, CORS, languages, errors in one table."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from mangum import Mangum
from psycopg import OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.clients.errors import Unavailable
from shared.runtime import collector, guard, logs, wiring
from shared.runtime.bodies import JsonRoute, NotJson, Unreadable
from shared.runtime.cache import CachedRoute
from shared.runtime.edge import Counted, Edge
from shared.runtime.idempotency import IdempotentRoute, KeyRefused
from shared.runtime.identity import Forbidden, Unauthorized
from shared.runtime.limits import TooManyCalls
from shared.runtime.settings import ORIGINS, settings
from shared.stores.database import Connection as DatabaseConnection
from shared.stores.database import DatabaseUnavailable
from shared.writing.catalogue import Language, say, say_invalid, spoken_in

RETRY_AFTER = "5"


class NotFound(Exception):
    """What was asked for is not there; `key` is the text of the catalogue that says so."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class BadRequest(NotFound):
    """What was asked cannot be; `key` says why and how to mend it."""


class _Route(IdempotentRoute, CachedRoute, JsonRoute):
    """A route of ours."""


async def connection(request: Request) -> AsyncIterator[DatabaseConnection]:
    """The database inside a transaction that ends before the answer goes out."""
    db = getattr(request.state, "db", None) or wiring.database()
    with db.transaction():
        yield db


async def _language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return spoken_in(accept_language)


Connection = Annotated[DatabaseConnection, Depends(connection, scope="function")]
Spoken = Annotated[Language, Depends(_language)]


def http_app(name: str) -> FastAPI:
    """An application for one group of endpoints; its documentation is built with the bundle, not served by it."""
    app = FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for error, answer in _ERRORS.items():
        app.add_exception_handler(error, answer)
    app.router.route_class = _Route
    app.router.middleware_stack = Counted(app.router.middleware_stack)
    return app


def lambda_handler(app: FastAPI) -> Callable[[Any, Any], dict[str, Any]]:
    """A handler for the platform from an application.

    Raises:
        SettingsError: it refuses to start on what it was told.
    """
    guard.start()
    logs.take_in()
    origins = [*ORIGINS, *settings().cors_origins]
    guarded = CORSMiddleware(
        app,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=["Authorization", "Content-Type", "Accept", "Accept-Language", "Idempotency-Key"],
        expose_headers=[
            "X-Request-ID",
            "Retry-After",
            "ETag",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
        ],
        max_age=600,
    )
    # Mangum runs on the thread's current loop, which Python no longer makes by itself (3.12 warns, 3.14 refuses).
    asyncio.set_event_loop(_event_loop())
    handler = Mangum(Edge(guarded, app.title), lifespan="off")
    collector.begin()
    return handler


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """The loop on which this process answers all requests, one after the other."""
    return asyncio.new_event_loop()


async def _not_found(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotFound)  # noqa: S101  # the table below says so
    status = HTTPStatus.BAD_REQUEST if isinstance(error, BadRequest) else HTTPStatus.NOT_FOUND
    return JSONResponse({"detail": say(error.key, _language_of(request), **error.values)}, status)


async def _unauthorized(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Unauthorized)  # noqa: S101  # the table below says so
    body = {"detail": say(error.key, _language_of(request))}
    return JSONResponse(body, HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})


async def _forbidden(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Forbidden)  # noqa: S101  # the table below says so
    return JSONResponse({"detail": say(error.key, _language_of(request))}, HTTPStatus.FORBIDDEN)


async def _key_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KeyRefused)  # noqa: S101  # the table below says so
    return JSONResponse({"detail": say(error.key, _language_of(request))}, error.status)


async def _not_json(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": say("not_json", _language_of(request))}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


async def _unreadable(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": say("unreadable", _language_of(request))}, HTTPStatus.BAD_REQUEST)


async def _too_many(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TooManyCalls)  # noqa: S101  # the table below says so
    body = {"detail": say("too_many_calls", _language_of(request), seconds=error.wait)}
    return JSONResponse(body, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.wait)})


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    body = {"detail": say("unavailable", _language_of(request))}
    return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": RETRY_AFTER})


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # the table below says so
    language = _language_of(request)
    # Without the rejected input: it may be what a person did not mean to send, and may be no JSON (NaN, bytes).
    faults = [
        {
            "type": fault["type"],
            "loc": fault["loc"],
            "msg": say_invalid(fault["type"], language, fault.get("ctx", {})) or fault["msg"],
        }
        for fault in error.errors()
    ]
    return JSONResponse({"detail": faults}, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _by_status(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # the table below says so
    key = {404: "unknown_route", 405: "unknown_method", 413: "too_large"}.get(error.status_code)
    detail = say(key, _language_of(request)) if key else error.detail
    # The router tells only the methods of the first route at an address.
    headers = {"Allow": ", ".join(_methods(request))} if error.status_code == 405 else error.headers
    return JSONResponse({"detail": detail}, error.status_code, headers)


def _methods(request: Request) -> list[str]:
    """What may be done at the address of a request, which some route serves."""
    routes = request.app.routes
    first = next(route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in routes if route.path == first.path for method in route.methods})


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": say("unexpected", _language_of(request))}, HTTPStatus.INTERNAL_SERVER_ERROR)


def _language_of(request: Request) -> Language:
    return spoken_in(request.headers.get("accept-language"))


_ERRORS: dict[type[Exception], Callable[[Request, Exception], Any]] = {
    NotFound: _not_found,
    Unauthorized: _unauthorized,
    Forbidden: _forbidden,
    TooManyCalls: _too_many,
    KeyRefused: _key_refused,
    NotJson: _not_json,
    Unreadable: _unreadable,
    Unavailable: _unavailable,
    DatabaseUnavailable: _unavailable,
    OperationalError: _unavailable,
    RequestValidationError: _invalid,
    HTTPException: _by_status,
    Exception: _unexpected,
}
"""How each error is told over HTTP."""
