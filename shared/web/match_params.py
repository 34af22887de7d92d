"""Which clubs, and which of their matches, somebody asks about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Depends

from shared.football.calendar import paris_bounds
from shared.football.search_terms import sharing
from shared.runtime import clock
from shared.stores.football import matches, search, teams
from shared.stores.football.matches import MatchRow
from shared.stores.football.teams import TeamRow
from shared.web.app import Connection
from shared.web.errors import BadRequest, NotFound
from shared.web.params import (
    CompetitionName,
    Day,
    MatchId,
    TeamName,
    any_competition_code,
    require_match,
    shown_competitions,
)

SEARCH_WINDOW = timedelta(days=366)
MATCH_DURATION = timedelta(hours=3)
"""For how long after its kick-off a match is the one that people mean."""


@dataclass(frozen=True, slots=True)
class ResolvedFixture:
    """Two clubs.

    Attributes:
        home, away: the clubs.
        match: theirs, if we know one.
        competition: the match's, else the one that was asked for, else the Premier League, which stands first.
        before: nothing that came later counts: kick-off, else the day that was asked for, else now.
    """

    home: TeamRow
    away: TeamRow
    match: MatchRow | None
    competition: str
    before: datetime


async def resolve_fixture(
    db: Connection,
    home_team: TeamName | None = None,
    away_team: TeamName | None = None,
    competition: CompetitionName | None = None,
    match_date: Day | None = None,
    match_id: MatchId | None = None,
) -> ResolvedFixture:
    """The two clubs that are named, with their match, or those of the match whose id is given.

    Raises:
        BadRequest: neither both clubs nor a match is named, or there is no such competition.
        NotFound: a club or the match is unknown.
    """
    code = any_competition_code(competition) if competition else None
    if match_id is not None:
        match = require_match(db, match_id)
        clubs = teams.by_ids(db, [match.home_team_id, match.away_team_id])
        return ResolvedFixture(
            clubs[match.home_team_id], clubs[match.away_team_id], match, match.competition, match.kick_off
        )
    if home_team is None or away_team is None:
        raise BadRequest("no_club_named")
    home, away = resolve_club(db, home_team), resolve_club(db, away_team)
    match = most_relevant(_home_matches(db, home, away, match_date), clock.now(), code)
    if match is None:
        before = paris_bounds(match_date)[0] if match_date else clock.now()
        return ResolvedFixture(home, away, None, code or next(iter(shown_competitions())), before)
    return ResolvedFixture(home, away, match, match.competition, match.kick_off)


async def resolve_match(
    db: Connection,
    home_team: TeamName | None = None,
    match_date: Day | None = None,
    match_id: MatchId | None = None,
) -> MatchRow | None:
    """The match of a club at home, or the one whose id is given; None where we know none.

    Raises:
        BadRequest: neither a club nor a match is named.
        NotFound: the club or the match is unknown.
    """
    if match_id is not None:
        return require_match(db, match_id)
    if home_team is None:
        raise BadRequest("no_club_named")
    return most_relevant(_home_matches(db, resolve_club(db, home_team), None, match_date), clock.now())


RequestedFixture = Annotated[ResolvedFixture, Depends(resolve_fixture)]
RequestedMatch = Annotated[MatchRow | None, Depends(resolve_match)]


def resolve_club(db: Connection, name: str) -> TeamRow:
    """The club of a name, under any of its spellings, or of an id.

    Raises:
        NotFound: no club is called so; likeness does not count.
        BadRequest: it is three letters that several clubs have.
    """
    club = search.named(db, name)
    if club is None:
        if several := sharing(name):
            raise BadRequest("ambiguous_team", name=name, names=", ".join(team.name for team in several))
        raise NotFound("unknown_team", name=name)
    return club


def most_relevant(rows: Sequence[MatchRow], now: datetime, competition: str | None = None) -> MatchRow | None:
    """Of matches in order of kick-off the one that somebody means: the next, else the last.

    Where a competition is named, one of it is meant, if it is among the next ones or among the last ones.
    """
    upcoming = [row for row in rows if row.kick_off > now - MATCH_DURATION]
    past = [row for row in reversed(rows) if row.kick_off <= now - MATCH_DURATION]
    candidates = upcoming or past
    return next((row for row in candidates if row.competition == competition), candidates[0] if candidates else None)


def _home_matches(db: Connection, home: TeamRow, away: TeamRow | None, day: date | None) -> list[MatchRow]:
    start, end = paris_bounds(day) if day else (clock.now() - SEARCH_WINDOW, clock.now() + SEARCH_WINDOW)
    away_id = away.team_id if away else None
    return matches.at_home(db, home.team_id, away_id, start, end, list(shown_competitions()))
