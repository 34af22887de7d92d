"""The Postgres connection, compatible with a transaction pooler, and helpers for queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, LiteralString, Self, TypeVar, cast, get_args

import psycopg
from psycopg.abc import AdaptContext, Buffer, Query
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import BaseRowFactory, class_row, dict_row, kwargs_row, scalar_row

from shared.stores.errors import DatabaseUnavailable

Row = TypeVar("Row")
Connection = psycopg.Connection[tuple[Any, ...]]
_TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid
_SessionZoneLoader = cast("type[Loader]", psycopg.adapters.get_loader(_TIMESTAMPTZ, psycopg.pq.Format.TEXT))


class _UtcLoader(Loader):
    """Loads `timestamptz` in UTC, whatever time zone the server or a pooler gives the session."""

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        self._load = _SessionZoneLoader(oid, context).load

    def load(self, data: Buffer) -> datetime:
        """A time in UTC."""
        return self._load(data).astimezone(UTC)


psycopg.adapters.register_loader(_TIMESTAMPTZ, _UtcLoader)


def connect(url: str, application_name: str, on_statement: Callable[[Query], None] | None = None) -> Connection:
    """Connect in autocommit mode without prepared statements, which transaction poolers do not support.

    Args:
        application_name: name shown in `pg_stat_activity`.
        on_statement: called with each statement before it, except those that begin or end a transaction.

    Raises:
        DatabaseUnavailable: the URL is invalid or the server does not respond.
    """
    try:
        int(conninfo_to_dict(url).get("port") or 0)
    except (psycopg.ProgrammingError, ValueError):  # their messages may contain the password
        raise DatabaseUnavailable("DATABASE_URL is no address such as postgresql://user@host:6543/name") from None
    try:
        return psycopg.connect(
            url,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=3,
            keepalives=1,
            keepalives_idle=30,
            application_name=application_name,
            cursor_factory=psycopg.Cursor if on_statement is None else _observed_cursor(on_statement),
        )
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable("the database cannot be reached") from error


def _observed_cursor(on_statement: Callable[[Query], None]) -> type[psycopg.Cursor[Any]]:
    """A cursor class that calls `on_statement` before each statement."""

    class ObservedCursor(psycopg.Cursor[Any]):
        def execute(self, query: Query, *args: Any, **kwargs: Any) -> Self:
            on_statement(query)
            return super().execute(query, *args, **kwargs)

        def executemany(self, query: Query, *args: Any, **kwargs: Any) -> None:
            on_statement(query)
            super().executemany(query, *args, **kwargs)

        def copy(self, statement: Query, *args: Any, **kwargs: Any) -> Any:
            on_statement(statement)
            return super().copy(statement, *args, **kwargs)

    return ObservedCursor


def ping(db: Connection) -> None:
    """Run a trivial query with a timeout of one second; `DatabaseUnavailable` if there is no response."""
    try:
        with db.transaction():
            db.execute("SET LOCAL statement_timeout = 1000")
            db.execute("SELECT 1")
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable("the database does not answer") from error


def set_statement_timeout(db: Connection, time: timedelta) -> None:
    """Set the statement timeout of this transaction instead of the database's default."""
    db.execute("SELECT set_config('statement_timeout', %(ms)s, true)", {"ms": str(time // timedelta(milliseconds=1))})


def is_alive(db: Connection) -> bool:
    """Whether a reused connection still works; one round trip."""
    if db.closed or db.broken:
        return False
    try:
        db.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def fetch_all(
    db: Connection, row: type[Row], query: LiteralString, params: Mapping[str, object] | None = None
) -> list[Row]:
    """The rows of a query as instances of a dataclass whose fields are its columns; enum fields hold enums."""
    with db.cursor(row_factory=_instances_of(row)) as cursor:
        return cursor.execute(query, params).fetchall()


def fetch_one(
    db: Connection, row: type[Row], query: LiteralString, params: Mapping[str, object] | None = None
) -> Row | None:
    """As `fetch_all`, the first row, or None."""
    with db.cursor(row_factory=_instances_of(row)) as cursor:
        return cursor.execute(query, params).fetchone()


@cache
def _instances_of(row: type[Row]) -> BaseRowFactory[Row]:
    """A row factory for a dataclass, which converts text to enums where a field is `SomeEnum` or `SomeEnum | None`."""
    enums = {
        field.name: kind
        for field in fields(cast("Any", row))
        for kind in (get_args(field.type) if isinstance(field.type, UnionType) else (field.type,))
        if isinstance(kind, type) and issubclass(kind, Enum)
    }

    def convert(**columns: Any) -> Row:
        for name, enum in enums.items():
            if columns[name] is not None:
                columns[name] = enum(columns[name])
        return row(**columns)

    return kwargs_row(convert) if enums else class_row(row)


def fetch_dicts(db: Connection, query: LiteralString, params: Mapping[str, object]) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, params).fetchall()


def fetch_values(db: Connection, query: LiteralString, params: Mapping[str, object] | None = None) -> list[Any]:
    """The first column of a query."""
    with db.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query, params).fetchall()


def fetch_value(db: Connection, query: LiteralString, params: Mapping[str, object] | None = None) -> Any:
    """As `fetch_values`, of the first row; None without a row."""
    with db.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query, params).fetchone()


def execute_many(db: Connection, statement: LiteralString, rows: Iterable[Mapping[str, object]]) -> None:
    """Execute a statement once for each row of parameters."""
    with db.cursor() as cursor:
        cursor.executemany(statement, rows)


def copy_into(db: Connection, copy: LiteralString, rows: Iterable[Sequence[object]]) -> None:
    """Write rows with a COPY statement, ten times faster than inserts for many rows."""
    with db.cursor() as cursor, cursor.copy(copy) as sink:
        for row in rows:
            sink.write_row(row)


def by_column(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """Rows as one list per column, for statements with `unnest`."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def array_literal(values: Iterable[float | Decimal | None]) -> str:
    """Numbers as a Postgres array literal, which COPY reads much faster than a list adapted by the driver.

    >>> array_literal([1.5, None])
    '{1.5,NULL}'
    """
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
