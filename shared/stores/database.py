"""The connection to Postgres: one a warm function, safe behind a transaction pooler."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import class_row

Row = TypeVar("Row")
Connection = psycopg.Connection[tuple[Any, ...]]
RETRYABLE_ERRORS = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.ForeignKeyViolation,
    psycopg.errors.SerializationFailure,
    psycopg.errors.UniqueViolation,
)
"""How Postgres refuses a transaction because of another one, so that it may be tried again."""


class DatabaseUnavailable(Exception):
    """Postgres cannot be reached; the caller may try again shortly."""


def connect(url: str, application_name: str, on_statement: Callable[[], None] | None = None) -> Connection:
    """A connection in autocommit mode without prepared statements, which transaction poolers do not carry.

    Args:
        url: address of the database.
        application_name: who the database is told that we are.
        asked: called for each statement that is sent, those that begin and end transactions excepted.

    Raises:
        DatabaseUnavailable: nothing answers at that address, or it is none.
    """
    try:
        int(conninfo_to_dict(url).get("port") or 0)
    except (psycopg.ProgrammingError, ValueError):  # whose texts repeat parts of the address: a password among them
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


def _observed_cursor(on_statement: Callable[[], None]) -> type[psycopg.Cursor[Any]]:
    """Cursors that tell of each statement."""

    class ObservedCursor(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> Self:
            on_statement()
            return super().execute(*args, **kwargs)

        def executemany(self, *args: Any, **kwargs: Any) -> None:
            on_statement()
            super().executemany(*args, **kwargs)

        def copy(self, *args: Any, **kwargs: Any) -> Any:
            on_statement()
            return super().copy(*args, **kwargs)

    return ObservedCursor


def ping(db: Connection) -> None:
    """Ask the database something, within a second.

    Raises:
        DatabaseUnavailable: it does not answer.
    """
    try:
        with db.transaction():
            db.execute("SET LOCAL statement_timeout = 1000")
            db.execute("SELECT 1")
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable("the database does not answer") from error


def set_statement_timeout(db: Connection, time: timedelta) -> None:
    """Let statements of this transaction take so long, instead of what the database allows a request."""
    db.execute("SELECT set_config('statement_timeout', %(ms)s, true)", {"ms": str(time // timedelta(milliseconds=1))})


def is_alive(db: Connection) -> bool:
    """Whether a kept connection still works: one round trip."""
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
    """The rows of a query as instances of a class whose fields are its columns."""
    with db.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(query, params).fetchall()


def fetch_one(
    db: Connection, row: type[Row], query: LiteralString, params: Mapping[str, object] | None = None
) -> Row | None:
    """As `fetch_all`, the first row, or None."""
    with db.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(query, params).fetchone()


def execute_many(db: Connection, statement: LiteralString, rows: Iterable[Mapping[str, object]]) -> None:
    """Execute a statement once for each row of parameters."""
    with db.cursor() as cursor:
        cursor.executemany(statement, rows)


def copy_into(db: Connection, copy: LiteralString, rows: Iterable[Sequence[object]]) -> None:
    """Write rows with a COPY statement: for many rows, an order faster than inserting them."""
    with db.cursor() as cursor, cursor.copy(copy) as sink:
        for row in rows:
            sink.write_row(row)


def by_column(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """Rows as one list a column, for statements that take them with `unnest`: one statement for any number of rows."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def array_literal(values: Iterable[float | Decimal | None]) -> str:
    """Numbers as Postgres writes an array of them: what COPY reads many times faster than a list from the driver."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
