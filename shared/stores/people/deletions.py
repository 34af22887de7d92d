"""People who left and are not yet gone everywhere outside our database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from shared.stores.database import Connection

ASK = """
    INSERT INTO deletions (user_id, asked_at) VALUES (%(user_id)s, %(now)s)
    ON CONFLICT (user_id) DO NOTHING
"""
UNFINISHED = "SELECT user_id FROM deletions WHERE asked_at <= %(asked_by)s ORDER BY asked_at, user_id"
FINISH = "DELETE FROM deletions WHERE user_id = %(user_id)s"
HELD_ABOUT = "SELECT asked_at FROM deletions WHERE user_id = %(user_id)s"


def ask(db: Connection, user_id: UUID, now: datetime) -> None:
    """Write down that a person is to be deleted everywhere."""
    db.execute(ASK, {"user_id": user_id, "now": now})


def unfinished(db: Connection, asked_by: datetime) -> list[UUID]:
    """Who asked to be deleted up to an instant and is not gone yet, who asked first first."""
    return [user_id for (user_id,) in db.execute(UNFINISHED, {"asked_by": asked_by}).fetchall()]


def finish(db: Connection, user_id: UUID) -> None:
    """Write down that a person is gone."""
    db.execute(FINISH, {"user_id": user_id})


def held_about(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is held about a person, by table."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {"deletions": cursor.execute(HELD_ABOUT, {"user_id": user_id}).fetchall()}
