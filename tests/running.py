"""Functions run as the platform runs them: an environment, an event, an answer; and what they left in the database."""

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
from shared.runtime import clock, error_reports, wiring
from shared.runtime.settings import Settings, settings
from shared.services import redis_backed

Handler = Callable[[Any, Any], dict[str, Any]]
Rows = dict[str, list[tuple[Any, ...]]]
TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
    ORDER BY table_name
"""


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Live with these settings and no others, in a process that has kept nothing warm and keeps nothing afterwards."""
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
    """Be a cold process again."""
    if wiring._connection is not None:
        wiring._connection[0].close()
        wiring._connection = None
    for client in (wiring.http, wiring.redis, wiring.stripe_payments):
        if client.cache_info().currsize:
            client().close()
    for cached in (
        settings,
        error_reports.start,
        *(f for m in (wiring, redis_backed) for f in vars(m).values() if hasattr(f, "cache_clear")),
    ):
        cached.cache_clear()
    probes._cache.clear()


def handler_of(name: str) -> Handler:
    """The handler of a function."""
    return import_module(f"functions.{name}.handler").handler


def run(name: str, instant: datetime, event: Any = None) -> dict[str, Any]:
    """What a job answers when it is run at an instant."""
    with clock.at(instant):
        return handler_of(name)(event, None)


def run_all(instant: datetime, *names: str) -> None:
    """Run jobs one after the other at an instant; the history is this season's."""
    for name in names:
        run(name, instant, {"seasons": 1} if name == "sync_history" else None)


@dataclass(frozen=True)
class Context:
    """What the platform tells of a call, as far as functions ask."""

    seconds_left: float

    def get_remaining_time_in_millis(self) -> int:
        """Until the platform ends the call."""
        return round(1000 * self.seconds_left)


def with_seconds_left(function: str, seconds: float) -> Handler:
    """The handler of a function whose calls the platform would end after so many seconds."""
    return lambda event, _: handler_of(function)(event, Context(seconds))


@dataclass(frozen=True)
class Answer:
    """What a client gets."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body."""
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
) -> Answer:
    """What a function answers to a request; `accept_language` stands for the header Accept-Language.

    A body is sent as JSON, or as it is where it is bytes. The client is the network address that it comes from.
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
    return Answer(response["statusCode"], response["headers"], response.get("body") or "")


def rows_of(url: str, *without: str) -> Rows:
    """Every row of every table but the given ones, in an order that does not depend on how they came."""
    with psycopg.connect(url, autocommit=True) as db:
        return {
            table: sorted(db.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))), key=repr)
            for (table,) in db.execute(TABLES).fetchall()
            if table not in without
        }


def select(url: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of one question."""
    with psycopg.connect(url, autocommit=True) as db:
        return db.execute(query.encode(), values).fetchall()
