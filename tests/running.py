"""Helpers that run the functions as Lambda does (environment, event, response) and read the database."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from importlib import import_module
from typing import Any, cast
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from functions.health import probes
from local import function_url
from shared.runtime import clock, error_reports, record_wiring, wiring
from shared.runtime.settings import Settings, settings
from shared.services import redis_backed, semantic_search

Handler = Callable[[Any, Any], dict[str, Any]]
Rows = dict[str, list[tuple[Any, ...]]]
TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
    ORDER BY table_name
"""


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set exactly these environment variables, with empty process caches before and after."""
    with pytest.MonkeyPatch.context() as patch:
        for field in fields(Settings):
            patch.delenv(field.name.upper(), raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        reset_process()
        try:
            yield
        finally:
            reset_process()


def reset_process() -> None:
    """Clear all process-wide caches and connections, as in a cold start."""
    if wiring._connection is not None:
        wiring._connection[0].close()
        wiring._connection = None
    for client in (wiring.http, wiring.redis, wiring.stripe_payments):
        if client.cache_info().currsize:
            client().close()
    modules = (wiring, record_wiring, redis_backed, semantic_search)
    for cached in (
        settings,
        error_reports.start,
        *(factory for module in modules for factory in vars(module).values() if hasattr(factory, "cache_clear")),
    ):
        cached.cache_clear()
    probes._cache.clear()


def handler_of(name: str) -> Handler:
    """The handler of a function."""
    return import_module(f"functions.{name}.handler").handler


def run(name: str, instant: datetime, event: Any = None) -> dict[str, Any]:
    """Run a job at an instant; returns its report."""
    with clock.at(instant):
        return handler_of(name)(event, None)


def run_all(instant: datetime, *names: str) -> None:
    """Run jobs one after the other at an instant; the history covers one season."""
    for name in names:
        run(name, instant, {"seasons": 1} if name == "sync_history" else None)


@dataclass(frozen=True)
class Context:
    """The Lambda context, as far as functions use it."""

    seconds_left: float
    aws_request_id: str | None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the timeout."""
        return round(1000 * self.seconds_left)


def with_seconds_left(function: str, seconds: float) -> Handler:
    """The handler of a function with so many seconds until the timeout."""
    return lambda event, _: handler_of(function)(event, Context(seconds))


@dataclass(frozen=True)
class HttpResponse:
    """The response that a client receives."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


def invoke(
    function: str | Handler,
    target: str,
    *,
    method: str = "GET",
    body: Any = None,
    client: str = "127.0.0.1",
    at: datetime | None = None,
    **headers: str,
) -> HttpResponse:
    """Invoke a function with an HTTP request; the argument `accept_language` is the header Accept-Language.

    A body is sent as JSON, or unchanged if it is bytes. `client` is the IP address of the client.
    """
    handler = handler_of(function) if isinstance(function, str) else function
    path, _, query = target.partition("?")
    scope = {
        "method": method,
        "raw_path": quote(path, safe="/%").encode(),
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": (client, 0),
        "http_version": "1.1",
    }
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    if content and "content_type" not in headers:
        scope["headers"].append((b"content-type", b"application/json"))
    event = function_url.build_event(cast(Any, scope), content)
    if at is None:
        response = handler(event, None)
    else:
        with clock.at(at):
            response = handler(event, None)
    return HttpResponse(response["statusCode"], response["headers"], response.get("body") or "")


def rows_of(url: str, *without: str) -> Rows:
    """All rows of all other tables, sorted."""
    with psycopg.connect(url, autocommit=True) as db:
        return read_rows(db, *without)


def read_rows(db: psycopg.Connection, *without: str) -> Rows:
    """The same over an open connection, which is three times as fast."""
    return {
        table: db.execute(sql.SQL("SELECT * FROM {} AS each ORDER BY each").format(sql.Identifier(table))).fetchall()
        for (table,) in db.execute(TABLES).fetchall()
        if table not in without
    }


def select(url: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with psycopg.connect(url, autocommit=True) as db:
        return db.execute(query.encode(), values).fetchall()
