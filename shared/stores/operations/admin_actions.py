"""Audit log of administrators' actions."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.stores.database import Connection

ADD = "INSERT INTO admin_actions (user_id, action, requested_at) VALUES (%(user_id)s, %(action)s, %(now)s)"


def add(db: Connection, user_id: UUID, action: str, now: datetime) -> None:
    """Record an action."""
    db.execute(ADD, {"user_id": user_id, "action": action, "now": now})


EXPORT: dict[str, LiteralString] = {
    "admin_actions": "SELECT action, requested_at FROM admin_actions WHERE user_id = %(user_id)s ORDER BY action_id",
}
