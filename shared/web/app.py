"""The edge of a function that answers HTTP: its application, CORS, languages, errors in one table."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from functools import cache
from threading import current_thread, main_thread
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from mangum import Mangum
from psycopg import OperationalError
from starlette.exceptions import HTTPException

from shared.clients.errors import Unavailable
from shared.explanations.translations import Language, negotiate_language
from shared.runtime import gc_tuning, logs, startup_checks, wiring
from shared.runtime.settings import ORIGINS, settings
from shared.stores.database import RACES, DatabaseUnavailable
from shared.stores.database import Connection as DatabaseConnection
from shared.web.cached_route import CachedRoute
from shared.web.errors import ApiError, ServiceUnavailable, UnexpectedError, from_framework, respond, respond_invalid
from shared.web.idempotency import IdempotentRoute
from shared.web.middleware import RateLimitMiddleware, RequestMiddleware, RetryMiddleware
from shared.web.strict_json import StrictJsonRoute
from shared.web.strict_numbers import StrictNumbersRoute

HOST_HEADER = re.compile(r"[^:/?#@\[\]\s]+(:[0-9]{1,5})?")
"""A host by its name or IPv4 address, with or without a port."""


class _Route(IdempotentRoute, CachedRoute, StrictNumbersRoute, StrictJsonRoute):
    """A route of ours."""


async def connection(request: Request) -> AsyncIterator[DatabaseConnection]:
    """The database inside a transaction that ends before the answer goes out."""
    db = getattr(request.state, "db", None) or wiring.database()
    with db.transaction():
        yield db


async def _negotiate_language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return negotiate_language(accept_language)


async def _remaining_seconds(request: Request) -> float | None:
    """Until the platform ends this call and the process with it; None where nobody does."""
    context = request.scope.get("aws.context")
    return None if context is None else context.get_remaining_time_in_millis() / 1000


Connection = Annotated[DatabaseConnection, Depends(connection, scope="function")]
RemainingSeconds = Annotated[float | None, Depends(_remaining_seconds)]
RequestLanguage = Annotated[Language, Depends(_negotiate_language)]


def http_app(name: str) -> FastAPI:
    """An application for one group of endpoints; its documentation is built with the bundle, not served by it."""
    app = FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for error in _HANDLED_ERRORS:
        app.add_exception_handler(error, _error_response)
    app.router.route_class = _Route
    app.router.middleware_stack = RateLimitMiddleware(RetryMiddleware(app.router.middleware_stack))
    return app


def lambda_handler(app: FastAPI) -> Callable[[Any, Any], dict[str, Any]]:
    """A handler for the platform from an application.

    Raises:
        SettingsError: it refuses to start on what it was told.
    """
    startup_checks.start()
    logs.take_in()
    origins = [*ORIGINS, *settings().cors_origins]
    with_cors = CORSMiddleware(
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
    _ensure_event_loop()
    adapter = Mangum(RequestMiddleware(with_cors, app.title), lifespan="off")
    gc_tuning.begin()

    def handler(event: Any, context: Any) -> dict[str, Any]:
        _ensure_event_loop()
        if not HOST_HEADER.fullmatch(event["headers"].get("host", "localhost")):
            # Mangum fails on it. An empty one is refused as any request is, with a log line (`Counted`).
            event = {**event, "headers": {**event["headers"], "host": ""}}
        return adapter(event, context)

    return handler


def _ensure_event_loop() -> None:
    """Give the main thread the loop that Mangum runs on.

    Python no longer makes one by itself (3.12 warns, 3.14 refuses), and whoever runs one of their own takes it away.
    """
    if current_thread() is main_thread():
        asyncio.set_event_loop(_event_loop())


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """The loop on which this process answers all requests, one after the other."""
    return asyncio.new_event_loop()


async def _error_response(request: Request, error: Exception) -> JSONResponse:
    """How each error is answered: one that is ours as it says, one of a library as the error of ours that it means.

    Raises:
        Exception: a race was lost, and the request is tried again (`edge.Retried`).
    """
    if isinstance(error, RACES):
        raise error
    match error:
        case ApiError():
            return respond(request, error)
        case RequestValidationError():
            return respond_invalid(request, error)
        case HTTPException():
            return respond(request, from_framework(request, error))
        case Unavailable() | DatabaseUnavailable() | OperationalError():
            return respond(request, ServiceUnavailable())
        case _:
            return respond(request, UnexpectedError())


_HANDLED_ERRORS = (
    ApiError,
    RequestValidationError,
    HTTPException,
    Unavailable,
    DatabaseUnavailable,
    OperationalError,
    Exception,
)
