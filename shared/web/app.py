"""The FastAPI application of a function that serves HTTP: CORS, language negotiation, error handling."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from functools import cache
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from mangum import Mangum
from starlette.exceptions import HTTPException

from shared.clients.errors import Unavailable
from shared.explanations.translations import Language, negotiate_language
from shared.runtime import gc_tuning, logs, startup_checks, wiring
from shared.runtime.settings import DEFAULT_CORS_ORIGINS, settings
from shared.stores.errors import DatabaseUnavailable, is_retryable, is_unavailable
from shared.web.cached_route import CachedRoute
from shared.web.errors import (
    ApiError,
    ErrorResponder,
    ServiceUnavailable,
    UnexpectedError,
    from_framework,
    respond,
)
from shared.web.idempotency import IdempotentRoute
from shared.web.middleware import RateLimitMiddleware, RequestMiddleware, RetryMiddleware
from shared.web.strict_json import StrictJsonRoute
from shared.web.strict_numbers import StrictNumbersRoute

if TYPE_CHECKING:
    from shared.stores.database import Connection as DatabaseConnection
else:  # FastAPI ignores a dependency's type, and a function without Postgres need not import the driver (80 ms)
    DatabaseConnection = Any

HOST_HEADER = re.compile(r"[^:/?#@\[\]\s]+(:[0-9]{1,5})?")
"""A host name or IPv4 address, with or without a port."""


class _Route(IdempotentRoute, CachedRoute, StrictNumbersRoute, StrictJsonRoute):
    """The route class of every endpoint."""


async def connection(request: Request) -> AsyncIterator[DatabaseConnection]:
    """The database connection, in a transaction that commits before the response is sent."""
    db = getattr(request.state, "db", None) or wiring.database()
    with db.transaction():
        yield db


async def _negotiate_language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    return negotiate_language(accept_language)


async def _remaining_seconds(request: Request) -> float | None:
    """Seconds until Lambda times out this invocation; None outside Lambda."""
    context = request.scope.get("aws.context")
    return None if context is None else context.get_remaining_time_in_millis() / 1000


Connection = Annotated[DatabaseConnection, Depends(connection, scope="function")]
RemainingSeconds = Annotated[float | None, Depends(_remaining_seconds)]
RequestLanguage = Annotated[Language, Depends(_negotiate_language)]


def http_app(name: str, *, uses_postgres: bool = True, respond_to_error: ErrorResponder = respond) -> FastAPI:
    """The application of one group of endpoints; OpenAPI docs are built with the bundle, not served by it.

    Args:
        uses_postgres: whether an endpoint has a `Connection`; if none has, the driver is not imported.
        respond_to_error: makes the response to an error; by default it is JSON.
    """
    app = FastAPI(title=name, openapi_url=None, redirect_slashes=False)

    async def handle_error(request: Request, error: Exception) -> Response:
        return respond_to_error(request, _to_api_error(request, error))

    for error in _HANDLED_ERRORS:
        app.add_exception_handler(error, handle_error)
    if uses_postgres:
        from psycopg import OperationalError  # noqa: PLC0415  # takes 80 ms

        app.add_exception_handler(OperationalError, handle_error)
    app.router.route_class = _Route
    app.router.middleware_stack = RateLimitMiddleware(RetryMiddleware(app.router.middleware_stack))
    return app


def lambda_handler(app: FastAPI) -> Callable[[Any, Any], dict[str, Any]]:
    """The Lambda handler of an application."""
    startup_checks.run()
    logs.capture_library_logs()
    origins = [*DEFAULT_CORS_ORIGINS, *settings().cors_origins]
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
    gc_tuning.freeze_and_enable()

    def handler(event: Any, context: Any) -> dict[str, Any]:
        _ensure_event_loop()
        if not HOST_HEADER.fullmatch(event["headers"].get("host", "localhost")):
            # Mangum raises on it. `RateLimitMiddleware` rejects an empty host, with a log line.
            event = {**event, "headers": {**event["headers"], "host": ""}}
        return adapter(event, context)

    return handler


def _ensure_event_loop() -> None:
    """Set the event loop that Mangum runs on in the main thread.

    Python no longer creates one (3.12 warns, 3.14 raises), and `asyncio.run` unsets it.
    """
    if current_thread() is main_thread():
        asyncio.set_event_loop(_event_loop())


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """The event loop of this process, which handles one request at a time."""
    return asyncio.new_event_loop()


def _to_api_error(request: Request, error: Exception) -> ApiError | RequestValidationError:
    """The error that the client receives for an exception, which may be a library's.

    Raises:
        Exception: a serialization failure, after which `middleware.RetryMiddleware` repeats the request.
    """
    if is_retryable(error):
        raise error
    match error:
        case ApiError() | RequestValidationError():
            return error
        case HTTPException():
            return from_framework(request, error)
        case Unavailable() | DatabaseUnavailable():
            return ServiceUnavailable()
        case _ if is_unavailable(error):
            return ServiceUnavailable()
        case _:
            return UnexpectedError()


_HANDLED_ERRORS = (
    ApiError,
    RequestValidationError,
    HTTPException,
    Unavailable,
    DatabaseUnavailable,
    Exception,
)
