"""Anomaly reports for manual review."""

from collections.abc import Iterable
from datetime import datetime

from shared.stores.database import Connection

ADD = """
    INSERT INTO reports (kind, about, what, first_seen_at)
    VALUES (%(kind)s, %(about)s, %(what)s, %(now)s)
    ON CONFLICT (kind, about, what) DO NOTHING
"""


def add(db: Connection, kind: str, items: Iterable[tuple[str, str]], now: datetime) -> int:
    """Report anomalies of one kind (subject, message) and return how many are new; repeated ones are ignored."""
    rows = [{"kind": kind, "about": about, "what": what, "now": now} for about, what in sorted(set(items))]
    with db.cursor() as cursor:
        cursor.executemany(ADD, rows)
        return cursor.rowcount if rows else 0
