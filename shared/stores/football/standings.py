"""League tables as football-data.org tells them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from shared.football.standings import Standing, standings
from shared.stores.database import Connection
from shared.stores.football import matches

FORGET = """
    DELETE FROM standings
    WHERE competition = %(competition)s AND season = %(season)s AND NOT team_id = ANY(%(team_ids)s)
        AND told_at <= %(told_at)s
"""
PUT = """
    INSERT INTO standings (
        competition, season, position, team_id, played, won, drawn, lost, goals_for, goals_against, points, told_at
    )
    VALUES (
        %(competition)s, %(season)s, %(position)s, %(team_id)s, %(played)s, %(won)s, %(drawn)s, %(lost)s,
        %(goals_for)s, %(goals_against)s, %(points)s, %(told_at)s
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
        told_at = EXCLUDED.told_at
    WHERE standings.told_at <= EXCLUDED.told_at
"""
OF_SEASON = """
    SELECT position, team_id, played, won, drawn, lost, goals_for, goals_against, points
    FROM standings
    WHERE competition = %(competition)s AND season = %(season)s
    ORDER BY position, team_id
"""
TOLD_AT = "SELECT max(told_at) FROM standings WHERE competition = %(competition)s AND season = %(season)s"


@dataclass(frozen=True, slots=True)
class Table:
    """A league table and when it was told; None where results make it."""

    rows: tuple[Standing, ...]
    told_at: datetime | None


def put(db: Connection, competition: str, season: int, rows: Sequence[Standing], told_at: datetime) -> None:
    """Replace a league table by a newer one; readers never see it empty."""
    of = {"competition": competition, "season": season, "told_at": told_at}
    db.execute(FORGET, of | {"team_ids": [row.team_id for row in rows]})
    with db.cursor() as cursor:
        cursor.executemany(PUT, [of | {name: getattr(row, name) for name in row.__slots__} for row in rows])


def of_season(db: Connection, competition: str, season: int) -> Table | None:
    """The stored table of a season, or None."""
    given = {"competition": competition, "season": season}
    with db.cursor(row_factory=class_row(Standing)) as cursor:
        rows = cursor.execute(OF_SEASON, given).fetchall()
    told = db.execute(TOLD_AT, given).fetchone()
    return Table(tuple(rows), told[0]) if rows and told else None


def shown(db: Connection, competition: str, season: int) -> Table | None:
    """The table of a season: football-data.org's where we have it, else the one that results make, or None."""
    told = of_season(db, competition, season)
    if told is not None:
        return told
    rows = standings(matches.results_of_season(db, competition, season))
    return Table(rows, None) if rows else None
