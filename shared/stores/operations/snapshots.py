"""One instant of the whole database: shown to others, and what each of its tables adds up to."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import sql
from psycopg.rows import class_row

from shared.stores.database import Connection


@dataclass(frozen=True, slots=True)
class TableChecksum:
    """What a table adds up to.

    Attributes:
        rows: how many there are.
        checksum: the same as long as no row differs.
    """

    name: str
    rows: int
    checksum: str


# What the text of a row depends on, apart from the row. Times are written as they are in UTC.
SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL TimeZone TO 'UTC'",
    "SET LOCAL DateStyle TO 'ISO, YMD'",
    "SET LOCAL IntervalStyle TO 'postgres'",
    "SET LOCAL extra_float_digits TO 1",
    "SET LOCAL bytea_output TO 'hex'",
    "SET LOCAL statement_timeout TO 0",  # whoever asks has a time-out of its own
)
EXPORT = "SELECT pg_export_snapshot()"


@contextmanager
def exported(db: Connection) -> Generator[str]:
    """A transaction that sees one instant; yields the name under which others may see the same until it ends."""
    with db.transaction():
        for statement in SETTINGS:
            db.execute(statement)
        row = db.execute(EXPORT).fetchone()
        assert row is not None  # noqa: S101  # it always tells one
        yield row[0]


NAMES = """
    SELECT c.relname
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname
"""
# The sum of 60 bits of each row's MD5: the same in whatever order the rows lie, on any machine and version.
CHECKSUM = """
    SELECT {name} AS name, count(*) AS rows,
        coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text AS checksum
    FROM {table} t
"""


def tables(db: Connection) -> list[TableChecksum]:
    """Every table of ours in the order of their names, inside `exported`."""
    with db.cursor(row_factory=class_row(TableChecksum)) as cursor:
        statements = [
            sql.SQL(CHECKSUM).format(name=sql.Literal(name), table=sql.Identifier("public", name))
            for (name,) in db.execute(NAMES).fetchall()
        ]
        return [row for question in statements for row in cursor.execute(question)]
