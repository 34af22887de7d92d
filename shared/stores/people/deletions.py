"""Account deletions that are pending in external systems."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.stores.database import Connection, fetch_value

REQUEST = """
    INSERT INTO deletions (user_id, requested_at) VALUES (%(user_id)s, %(now)s)
    ON CONFLICT (user_id) DO NOTHING
"""


def request(db: Connection, user_id: UUID, now: datetime) -> None:
    """Request the deletion of a user."""
    db.execute(REQUEST, {"user_id": user_id, "now": now})


TAKE_NEW = """
    SELECT user_id FROM deletions
    WHERE attempted_at IS NULL AND requested_at <= %(requested_before)s
    ORDER BY requested_at, user_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
"""
TAKE_FAILED = """
    SELECT user_id FROM deletions
    WHERE attempted_at < %(attempted_before)s
    ORDER BY attempted_at, user_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
"""


def take(db: Connection, requested_before: datetime, attempted_before: datetime) -> UUID | None:
    """Lock the next pending deletion; None if there is none that another run has not locked.

    Those never attempted come first, then those attempted longest ago.
    """
    params = {"requested_before": requested_before, "attempted_before": attempted_before}
    return fetch_value(db, TAKE_NEW, params) or fetch_value(db, TAKE_FAILED, params)


MARK_FAILED = "UPDATE deletions SET attempted_at = %(now)s WHERE user_id = %(user_id)s"


def mark_failed(db: Connection, user_id: UUID, now: datetime) -> None:
    """Record a failed attempt; the user is taken after all others."""
    db.execute(MARK_FAILED, {"user_id": user_id, "now": now})


COUNT = "SELECT count(*) FROM deletions WHERE requested_at <= %(requested_before)s"


def count(db: Connection, requested_before: datetime) -> int:
    """Number of pending deletions requested up to an instant."""
    return fetch_value(db, COUNT, {"requested_before": requested_before})


def finish(db: Connection, user_id: UUID) -> None:
    """Complete a deletion."""
    db.execute("DELETE FROM deletions WHERE user_id = %(user_id)s", {"user_id": user_id})


EXPORT: dict[str, LiteralString] = {
    "deletions": "SELECT requested_at FROM deletions WHERE user_id = %(user_id)s",
}
