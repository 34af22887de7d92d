"""Clubs, including unmatched ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.football.match import Club
from shared.stores.database import Connection, execute_many, fetch_all, fetch_one


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A club."""

    team_id: int
    name: str
    short_name: str
    tla: str
    country: str
    crest_url: str | None
    matched: bool


PUT = """
    INSERT INTO teams (team_id, name, short_name, tla, country, crest_url, matched)
    VALUES (%(team_id)s, %(name)s, %(short_name)s, %(tla)s, %(country)s, %(crest_url)s, %(matched)s)
    ON CONFLICT (team_id) DO UPDATE SET
        name = EXCLUDED.name,
        short_name = EXCLUDED.short_name,
        tla = EXCLUDED.tla,
        country = EXCLUDED.country,
        crest_url = coalesce(EXCLUDED.crest_url, teams.crest_url)
    WHERE (teams.name, teams.short_name, teams.tla, teams.country, teams.crest_url)
        IS DISTINCT FROM (
            EXCLUDED.name, EXCLUDED.short_name, EXCLUDED.tla, EXCLUDED.country,
            coalesce(EXCLUDED.crest_url, teams.crest_url)
        )
"""


def put(db: Connection, clubs: Iterable[Club]) -> None:
    """Insert or update clubs."""
    rows = {club.team_id: _row(club) for club in clubs}
    execute_many(db, PUT, [rows[team_id] for team_id in sorted(rows)])


COLUMNS = """
    SELECT team_id, name, short_name, tla, country, crest_url, matched
    FROM teams
"""
GET = f"""{COLUMNS}
    WHERE team_id = %(team_id)s
"""


def get(db: Connection, team_id: int) -> TeamRow | None:
    """A club by id."""
    return fetch_one(db, TeamRow, GET, {"team_id": team_id})


BY_IDS = f"""{COLUMNS}
    WHERE team_id = ANY(%(team_ids)s)
"""


def by_ids(db: Connection, team_ids: Sequence[int]) -> dict[int, TeamRow]:
    """Clubs by id."""
    rows = fetch_all(db, TeamRow, BY_IDS, {"team_ids": list(team_ids)})
    return {row.team_id: row for row in rows}


def _row(club: Club) -> dict[str, object]:
    team = club.team
    return {
        "team_id": club.team_id,
        "name": team.name if team else club.name,
        "short_name": team.short_name if team else club.name,
        "tla": team.tla if team else club.name[:3].upper(),
        "country": team.country if team else "",
        "crest_url": club.crest_url,
        "matched": team is not None,
    }
