"""Account deletions that are pending in external systems."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.stores.database import Connection

REQUEST = """
    INSERT INTO deletions (user_id, requested_at) VALUES (%(user_id)s, %(now)s)
    ON CONFLICT (user_id) DO NOTHING
"""


def request(db: Connection, user_id: UUID, now: datetime) -> None:
    """Request the deletion of a user."""
    db.execute(REQUEST, {"user_id": user_id, "now": now})


PENDING = "SELECT user_id FROM deletions WHERE requested_at <= %(requested_before)s ORDER BY requested_at, user_id"


def pending_deletions(db: Connection, requested_before: datetime) -> list[UUID]:
    """Users with a pending deletion requested up to an instant, oldest first."""
    return [user_id for (user_id,) in db.execute(PENDING, {"requested_before": requested_before}).fetchall()]


def finish(db: Connection, user_id: UUID) -> None:
    """Complete a deletion."""
    db.execute("DELETE FROM deletions WHERE user_id = %(user_id)s", {"user_id": user_id})


EXPORT: dict[str, LiteralString] = {
    "deletions": "SELECT requested_at FROM deletions WHERE user_id = %(user_id)s",
}
