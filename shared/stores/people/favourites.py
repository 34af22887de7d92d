"""Matches that people follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.football.match import Hour
from shared.stores.database import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class FavouriteRow:
    """A match that a person follows; `total` is how many they follow in all."""

    favourite_id: int
    match_id: int
    note: str | None
    notify_before_match: bool
    created_at: datetime
    home_name: str
    away_name: str
    kick_off: datetime
    hour: str
    competition: str
    total: int

    @property
    def hour_known(self) -> bool:
        """Whether the kick-off is an hour; otherwise it stands for its day."""
        return self.hour != Hour.UNKNOWN


ADD = """
    INSERT INTO favourites (user_id, match_id, note, notify_before_match, created_at)
    VALUES (%(user_id)s, %(match_id)s, %(note)s, %(notify)s, %(now)s)
    ON CONFLICT (user_id, match_id) DO NOTHING
    RETURNING favourite_id
"""


def add(db: Connection, user_id: UUID, match_id: int, note: str | None, notify: bool, now: datetime) -> int | None:
    """Have a person follow a match; the id of the row, None where they follow it already."""
    params = {"user_id": user_id, "match_id": match_id, "note": note, "notify": notify, "now": now}
    row = db.execute(ADD, params).fetchone()
    return row[0] if row else None


COUNT = "SELECT count(*) FROM favourites WHERE user_id = %(user_id)s"


def count(db: Connection, user_id: UUID) -> int:
    """How many matches a person follows."""
    row = db.execute(COUNT, {"user_id": user_id}).fetchone()
    return row[0] if row else 0


PAGE = """
    SELECT f.favourite_id, f.match_id, f.note, f.notify_before_match, f.created_at,
        h.name AS home_name, a.name AS away_name, m.kick_off, m.hour, m.competition, count(*) OVER () AS total
    FROM favourites f
    JOIN matches m ON m.match_id = f.match_id
    JOIN teams h ON h.team_id = m.home_team_id
    JOIN teams a ON a.team_id = m.away_team_id
    WHERE f.user_id = %(user_id)s
    ORDER BY f.created_at DESC, f.favourite_id DESC
    LIMIT %(limit)s OFFSET %(offset)s
"""


def page(db: Connection, user_id: UUID, limit: int, offset: int) -> list[FavouriteRow]:
    """Some of the matches that a person follows, what they added last first."""
    return fetch_all(db, FavouriteRow, PAGE, {"user_id": user_id, "limit": limit, "offset": offset})


REMOVE = "DELETE FROM favourites WHERE user_id = %(user_id)s AND match_id = %(match_id)s"


def remove(db: Connection, user_id: UUID, match_id: int) -> bool:
    """Have a person follow a match no longer; False where they did not."""
    return db.execute(REMOVE, {"user_id": user_id, "match_id": match_id}).rowcount > 0


EXPORT: dict[str, LiteralString] = {
    "favourites": """
        SELECT favourite_id, match_id, note, notify_before_match, created_at
        FROM favourites
        WHERE user_id = %(user_id)s
        ORDER BY favourite_id
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM favourites WHERE user_id = %(user_id)s",)
