"""League tables of football-data.org."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from shared.football.standings import TableRow, standings
from shared.stores.database import Connection, execute_many, fetch_all
from shared.stores.football import matches


@dataclass(frozen=True, slots=True)
class Table:
    """A league table and when its source last changed it; None if computed from results."""

    rows: tuple[TableRow, ...]
    source_updated_at: datetime | None


DELETE_MISSING = """
    DELETE FROM standings
    WHERE competition = %(competition)s AND season = %(season)s AND NOT team_id = ANY(%(team_ids)s)
        AND source_updated_at <= %(source_updated_at)s
"""
PUT = """
    INSERT INTO standings (
        competition, season, position, team_id, played, won, drawn, lost, goals_for, goals_against, points,
        source_updated_at
    )
    VALUES (
        %(competition)s, %(season)s, %(position)s, %(team_id)s, %(played)s, %(won)s, %(drawn)s, %(lost)s,
        %(goals_for)s, %(goals_against)s, %(points)s, %(source_updated_at)s
    )
    ON CONFLICT (competition, season, team_id) DO UPDATE SET
        position = EXCLUDED.position,
        played = EXCLUDED.played,
        won = EXCLUDED.won,
        drawn = EXCLUDED.drawn,
        lost = EXCLUDED.lost,
        goals_for = EXCLUDED.goals_for,
        goals_against = EXCLUDED.goals_against,
        points = EXCLUDED.points,
        source_updated_at = EXCLUDED.source_updated_at
    WHERE standings.source_updated_at <= EXCLUDED.source_updated_at
"""


def put(db: Connection, competition: str, season: int, rows: Sequence[TableRow], source_updated_at: datetime) -> None:
    """Replace a league table by a newer one; it is never empty in between."""
    key = {"competition": competition, "season": season, "source_updated_at": source_updated_at}
    db.execute(DELETE_MISSING, key | {"team_ids": [row.team_id for row in rows]})
    execute_many(db, PUT, [key | asdict(row) for row in rows])


OF_SEASON = """
    SELECT position, team_id, played, won, drawn, lost, goals_for, goals_against, points
    FROM standings
    WHERE competition = %(competition)s AND season = %(season)s
    ORDER BY position, team_id
"""
SOURCE_UPDATED_AT = (
    "SELECT max(source_updated_at) FROM standings WHERE competition = %(competition)s AND season = %(season)s"
)


def of_season(db: Connection, competition: str, season: int) -> Table | None:
    """The stored table of a season, or None."""
    params = {"competition": competition, "season": season}
    rows = fetch_all(db, TableRow, OF_SEASON, params)
    updated = db.execute(SOURCE_UPDATED_AT, params).fetchone()
    return Table(tuple(rows), updated[0]) if rows and updated else None


def current_table(db: Connection, competition: str, season: int) -> Table | None:
    """The table of a season: football-data.org's if stored, else computed from results, or None."""
    stored = of_season(db, competition, season)
    if stored is not None:
        return stored
    rows = standings(matches.results_of_season(db, competition, season))
    return Table(rows, None) if rows else None
