"""Notifications that administrators send to all users."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.stores.database import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A broadcast to all users, or to those with the preference named by `audience`."""

    broadcast_id: str
    title: str
    body: str
    url: str
    audience: str | None
    created_at: datetime

    @property
    def event(self) -> str:
        """Its event key in push deliveries."""
        return f"broadcast/{self.broadcast_id}"


ADD = """
    INSERT INTO broadcasts (broadcast_id, user_id, title, body, url, audience, created_at)
    VALUES (%(broadcast_id)s, %(user_id)s, %(title)s, %(body)s, %(url)s, %(audience)s, %(created_at)s)
    ON CONFLICT (broadcast_id) DO NOTHING
"""


def add(db: Connection, user_id: UUID, broadcast: BroadcastRow) -> bool:
    """Add a broadcast; False if it exists already."""
    return db.execute(ADD, {**asdict(broadcast), "user_id": user_id}).rowcount > 0


SINCE = """
    SELECT broadcast_id, title, body, url, audience, created_at
    FROM broadcasts
    WHERE created_at > %(since)s
    ORDER BY created_at, broadcast_id
"""


def since(db: Connection, instant: datetime) -> list[BroadcastRow]:
    """Broadcasts created after an instant, oldest first."""
    return fetch_all(db, BroadcastRow, SINCE, {"since": instant})


EXPORT: dict[str, LiteralString] = {
    "broadcasts": """
        SELECT broadcast_id, title, body, url, audience, created_at
        FROM broadcasts
        WHERE user_id = %(user_id)s
        ORDER BY created_at, broadcast_id
    """,
}
