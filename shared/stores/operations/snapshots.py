"""Consistent snapshots of the database, and checksums of its tables."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import sql
from psycopg.rows import class_row

from shared.stores.database import Connection, fetch_value, fetch_values


@dataclass(frozen=True, slots=True)
class TableChecksum:
    """Checksum of a table."""

    name: str
    rows: int
    checksum: str  # order-independent checksum over all rows


# All settings that the text representation of a row depends on.
SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL TimeZone TO 'UTC'",
    "SET LOCAL DateStyle TO 'ISO, YMD'",
    "SET LOCAL IntervalStyle TO 'postgres'",
    "SET LOCAL extra_float_digits TO 1",
    "SET LOCAL bytea_output TO 'hex'",
    "SET LOCAL statement_timeout TO 0",  # the caller has its own timeout
)
EXPORT = "SELECT pg_export_snapshot()"


@contextmanager
def exported(db: Connection) -> Generator[str]:
    """A read-only transaction; yields the exported snapshot id, valid until the end of the transaction."""
    with db.transaction():
        for statement in SETTINGS:
            db.execute(statement)
        yield fetch_value(db, EXPORT)


NAMES = """
    SELECT c.relname
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname
"""
# The sum of 60 bits of each row's MD5: independent of row order, machine and version.
CHECKSUM = """
    SELECT {name} AS name, count(*) AS rows,
        coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text AS checksum
    FROM {table} t
"""


def tables(db: Connection) -> list[TableChecksum]:
    """Checksums of all tables by name, to be called within `exported`."""
    with db.cursor(row_factory=class_row(TableChecksum)) as cursor:
        statements = [
            sql.SQL(CHECKSUM).format(name=sql.Literal(name), table=sql.Identifier("public", name))
            for name in fetch_values(db, NAMES)
        ]
        return [row for question in statements for row in cursor.execute(question)]
