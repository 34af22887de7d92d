"""Simulated seasons, one row per league and day."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from shared.stores.database import Connection, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class SeasonForecastRow:
    """A league's simulated season; the columns are described in the table's comments."""

    competition: str
    season: int
    day: date
    simulated_at: datetime
    matches_left: int
    team_ids: list[int]
    places: list[list[int]]
    points: list[list[float]]
    matches: list[dict[str, Any]]


PUT = """
    INSERT INTO season_forecasts (
        competition, season, day, simulated_at, matches_left, team_ids, places, points, matches
    )
    VALUES (
        %(competition)s, %(season)s, %(day)s, %(simulated_at)s, %(matches_left)s, %(team_ids)s, %(places)s, %(points)s,
        %(matches)s
    )
    ON CONFLICT (competition, season, day) DO UPDATE SET
        simulated_at = EXCLUDED.simulated_at,
        matches_left = EXCLUDED.matches_left,
        team_ids = EXCLUDED.team_ids,
        places = EXCLUDED.places,
        points = EXCLUDED.points,
        matches = EXCLUDED.matches
"""


def put(db: Connection, row: SeasonForecastRow) -> None:
    """Store the forecast of a league and day, replacing an earlier one."""
    db.execute(PUT, asdict(row) | {"matches": Jsonb(row.matches)})


LATEST = """
    SELECT competition, season, day, simulated_at, matches_left, team_ids, places, points, matches
    FROM season_forecasts
    WHERE competition = %(competition)s
    ORDER BY season DESC, day DESC
    LIMIT 1
"""


def latest(db: Connection, competition: str) -> SeasonForecastRow | None:
    """The latest forecast of a league, or None."""
    return fetch_one(db, SeasonForecastRow, LATEST, {"competition": competition})


HISTORY = """
    SELECT competition, season, day, simulated_at, matches_left, team_ids, places, points, '[]'::jsonb AS matches
    FROM season_forecasts
    WHERE competition = %(competition)s AND season = %(season)s AND %(team_id)s = ANY(team_ids)
    ORDER BY day
"""


def history(db: Connection, competition: str, season: int, team_id: int) -> list[SeasonForecastRow]:
    """All forecasts of a club's season, in order of day, without what matches change."""
    params = {"competition": competition, "season": season, "team_id": team_id}
    return fetch_all(db, SeasonForecastRow, HISTORY, params)
