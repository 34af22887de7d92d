"""Users' favourite matches."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.football.match import Hour
from shared.stores.database import Connection, fetch_all, fetch_value


@dataclass(frozen=True, slots=True)
class FavouriteRow:
    """A favourite match; `total` is the user's number of favourites."""

    favourite_id: int
    match_id: int
    note: str | None
    notify_before_match: bool
    created_at: datetime
    home_name: str
    away_name: str
    kick_off: datetime
    hour: Hour
    competition: str
    total: int

    @property
    def hour_known(self) -> bool:
        """Whether the kick-off time is known; otherwise only its date is."""
        return self.hour != Hour.UNKNOWN


ADD = """
    INSERT INTO favourites (user_id, match_id, note, notify_before_match, created_at)
    VALUES (%(user_id)s, %(match_id)s, %(note)s, %(notify)s, %(now)s)
    ON CONFLICT (user_id, match_id) DO NOTHING
    RETURNING favourite_id
"""


def add(db: Connection, user_id: UUID, match_id: int, note: str | None, notify: bool, now: datetime) -> int | None:
    """Add a favourite and return its id; None if it exists already."""
    params = {"user_id": user_id, "match_id": match_id, "note": note, "notify": notify, "now": now}
    return fetch_value(db, ADD, params)


def count(db: Connection, user_id: UUID) -> int:
    """A user's number of favourites."""
    return fetch_value(db, "SELECT count(*) FROM favourites WHERE user_id = %(user_id)s", {"user_id": user_id})


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
    """A page of a user's favourites, latest first."""
    return fetch_all(db, FavouriteRow, PAGE, {"user_id": user_id, "limit": limit, "offset": offset})


REMOVE = "DELETE FROM favourites WHERE user_id = %(user_id)s AND match_id = %(match_id)s"


def remove(db: Connection, user_id: UUID, match_id: int) -> bool:
    """Delete a favourite; False if there is none."""
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
