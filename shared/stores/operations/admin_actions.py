"""What administrators asked for; a record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from shared.stores.database import Connection

ADD = "INSERT INTO admin_actions (user_id, action, requested_at) VALUES (%(user_id)s, %(action)s, %(now)s)"
EXPORT = "SELECT action, requested_at FROM admin_actions WHERE user_id = %(user_id)s ORDER BY action_id"


def add(db: Connection, user_id: UUID, action: str, now: datetime) -> None:
    """Write down who asked for what."""
    db.execute(ADD, {"user_id": user_id, "action": action, "now": now})


def export(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is held about a person, by table."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {"admin_actions": cursor.execute(EXPORT, {"user_id": user_id}).fetchall()}
