"""People who left and are not yet gone everywhere outside our database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from shared.stores.database import Connection

REQUEST = """
    INSERT INTO deletions (user_id, requested_at) VALUES (%(user_id)s, %(now)s)
    ON CONFLICT (user_id) DO NOTHING
"""
PENDING = "SELECT user_id FROM deletions WHERE requested_at <= %(asked_by)s ORDER BY requested_at, user_id"
FINISH = "DELETE FROM deletions WHERE user_id = %(user_id)s"
EXPORT = "SELECT requested_at FROM deletions WHERE user_id = %(user_id)s"


def request(db: Connection, user_id: UUID, now: datetime) -> None:
    """Write down that a person is to be deleted everywhere."""
    db.execute(REQUEST, {"user_id": user_id, "now": now})


def pending_deletions(db: Connection, requested_before: datetime) -> list[UUID]:
    """Who asked to be deleted up to an instant and is not gone yet, who asked first first."""
    return [user_id for (user_id,) in db.execute(PENDING, {"asked_by": requested_before}).fetchall()]


def finish(db: Connection, user_id: UUID) -> None:
    """Write down that a person is gone."""
    db.execute(FINISH, {"user_id": user_id})


def export(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is held about a person, by table."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {"deletions": cursor.execute(EXPORT, {"user_id": user_id}).fetchall()}
