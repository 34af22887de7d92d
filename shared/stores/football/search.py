"""Search for clubs and their matches."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from shared.football.match import Club
from shared.football.search_terms import find_team, is_id, search_ranks
from shared.football.team import Source
from shared.stores.database import Connection, fetch_all
from shared.stores.football import matches, teams
from shared.stores.football.matches import MatchRow
from shared.stores.football.teams import TeamRow

CLUBS = """
    SELECT t.team_id, t.name, t.short_name, t.tla, t.country, t.crest_url, t.matched
    FROM unnest(%(team_ids)s::integer[], %(fits)s::integer[]) AS found (team_id, fit)
    JOIN teams t ON t.team_id = found.team_id
    ORDER BY found.fit, NOT EXISTS (
        SELECT FROM matches m
        WHERE m.home_team_id = t.team_id AND m.kick_off >= %(since)s AND m.competition = ANY(%(competitions)s)
    ), t.name
    LIMIT %(limit)s
"""


def find_teams(db: Connection, text: str, competitions: Sequence[str], since: datetime, limit: int) -> list[TeamRow]:
    """Clubs whose names contain a text, best rank first.

    The text itself is not sent to the database. Within a rank, clubs with a home match in the given competitions since
    an instant come first.
    """
    ranks = search_ranks(text, db.execute("SELECT team_id, name FROM teams WHERE NOT matched").fetchall())
    params = {
        "team_ids": list(ranks),
        "fits": list(ranks.values()),
        "competitions": list(competitions),
        "since": since,
        "limit": limit,
    }
    return fetch_all(db, TeamRow, CLUBS, params)


COMING = """
    SELECT DISTINCT near.match_id, near.kick_off
    FROM unnest(%(team_ids)s::integer[]) AS club (team_id)
    CROSS JOIN LATERAL (
        (
            SELECT match_id, kick_off FROM matches
            WHERE home_team_id = club.team_id AND kick_off >= %(now)s AND competition = ANY(%(competitions)s)
            ORDER BY kick_off
            LIMIT %(limit)s
        )
        UNION ALL
        (
            SELECT match_id, kick_off FROM matches
            WHERE away_team_id = club.team_id AND kick_off >= %(now)s AND competition = ANY(%(competitions)s)
            ORDER BY kick_off
            LIMIT %(limit)s
        )
    ) AS near
    ORDER BY near.kick_off, near.match_id
    LIMIT %(limit)s
"""
PAST = """
    SELECT DISTINCT near.match_id, near.kick_off
    FROM unnest(%(team_ids)s::integer[]) AS club (team_id)
    CROSS JOIN LATERAL (
        (
            SELECT match_id, kick_off FROM matches
            WHERE home_team_id = club.team_id AND kick_off < %(now)s AND competition = ANY(%(competitions)s)
            ORDER BY kick_off DESC
            LIMIT %(limit)s
        )
        UNION ALL
        (
            SELECT match_id, kick_off FROM matches
            WHERE away_team_id = club.team_id AND kick_off < %(now)s AND competition = ANY(%(competitions)s)
            ORDER BY kick_off DESC
            LIMIT %(limit)s
        )
    ) AS near
    ORDER BY near.kick_off DESC, near.match_id DESC
    LIMIT %(limit)s
"""


def matches_of(
    db: Connection, team_ids: Sequence[int], competitions: Sequence[str], now: datetime, limit: int
) -> list[MatchRow]:
    """Matches of clubs around an instant, newest first.

    Half of the places go to upcoming matches, more if there are few past ones.
    """

    def nearest(statement: LiteralString) -> list[int]:
        params = {"team_ids": list(team_ids), "competitions": list(competitions), "now": now, "limit": limit}
        return [match_id for match_id, _ in db.execute(statement, params).fetchall()]

    past, coming = nearest(PAST), nearest(COMING)
    ahead = coming[: max((limit + 1) // 2, limit - len(past))]
    found = matches.by_ids(db, [*ahead, *past[: limit - len(ahead)]])
    return sorted(found.values(), key=lambda row: (row.kick_off, row.match_id), reverse=True)


def find_exact_team(db: Connection, name: str) -> TeamRow | None:
    """The club with exactly this name, in any spelling, or id; an unmatched club by its own name."""
    if is_id(name):
        return teams.get(db, int(name))
    team = find_team(name)
    ids = [team.team_id] if team else [Club(None, source, name).team_id for source in Source]
    return next(iter(teams.by_ids(db, ids).values()), None)
