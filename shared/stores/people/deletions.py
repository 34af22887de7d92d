"""People who left and are not yet gone everywhere outside our database."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.stores.database import Connection

REQUEST = """
    INSERT INTO deletions (user_id, requested_at) VALUES (%(user_id)s, %(now)s)
    ON CONFLICT (user_id) DO NOTHING
"""


def request(db: Connection, user_id: UUID, now: datetime) -> None:
    """Write down that a person is to be deleted everywhere."""
    db.execute(REQUEST, {"user_id": user_id, "now": now})


PENDING = "SELECT user_id FROM deletions WHERE requested_at <= %(requested_before)s ORDER BY requested_at, user_id"


def pending_deletions(db: Connection, requested_before: datetime) -> list[UUID]:
    """Who asked to be deleted up to an instant and is not gone yet, who asked first first."""
    return [user_id for (user_id,) in db.execute(PENDING, {"requested_before": requested_before}).fetchall()]


FINISH = "DELETE FROM deletions WHERE user_id = %(user_id)s"


def finish(db: Connection, user_id: UUID) -> None:
    """Write down that a person is gone."""
    db.execute(FINISH, {"user_id": user_id})


EXPORT: dict[str, LiteralString] = {
    "deletions": "SELECT requested_at FROM deletions WHERE user_id = %(user_id)s",
}
