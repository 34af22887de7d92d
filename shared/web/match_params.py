"""Request parameters that name two teams, or one of their matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Depends

from shared.football.calendar import paris_bounds
from shared.football.search_terms import teams_with_tla
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
    require_match,
    resolve_competition_code,
    shown_competitions,
)

SEARCH_WINDOW = timedelta(days=366)
MATCH_DURATION = timedelta(hours=3)
"""How long after kick-off a match counts as in progress."""


@dataclass(frozen=True, slots=True)
class ResolvedFixture:
    """Two teams and their match."""

    home: TeamRow
    away: TeamRow
    match: MatchRow | None  # their match; None if there is none
    competition: str  # of the match, else of the request, else the first one shown (Premier League)
    before: datetime  # the cut-off of the data: kick-off, else the requested day, else now


async def resolve_fixture(
    db: Connection,
    home_team: TeamName | None = None,
    away_team: TeamName | None = None,
    competition: CompetitionName | None = None,
    match_date: Day | None = None,
    match_id: MatchId | None = None,
) -> ResolvedFixture:
    """Resolve two team names, or a match id, to the teams and their match.

    Raises:
        BadRequest: neither two teams nor a match is given, or the competition is unknown.
        NotFound: a team or the match is unknown.
    """
    code = resolve_competition_code(competition) if competition else None
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
    """Resolve a home team, or a match id, to a match; None if there is none.

    Raises:
        BadRequest: neither a team nor a match is given.
        NotFound: the team or the match is unknown.
    """
    if match_id is not None:
        return require_match(db, match_id)
    if home_team is None:
        raise BadRequest("no_club_named")
    return most_relevant(_home_matches(db, resolve_club(db, home_team), None, match_date), clock.now())


RequestedFixture = Annotated[ResolvedFixture, Depends(resolve_fixture)]
RequestedMatch = Annotated[MatchRow | None, Depends(resolve_match)]


def resolve_club(db: Connection, name: str) -> TeamRow:
    """The team with a name, an alias or an id; no fuzzy matching.

    Raises:
        NotFound: no team matches.
        BadRequest: several teams share the three-letter abbreviation.
    """
    club = search.find_exact_team(db, name)
    if club is None:
        if several := teams_with_tla(name):
            raise BadRequest("ambiguous_team", name=name, names=", ".join(team.name for team in several))
        raise NotFound("unknown_team", name=name)
    return club


def most_relevant(rows: Sequence[MatchRow], now: datetime, competition: str | None = None) -> MatchRow | None:
    """The most relevant of matches in kick-off order: the next one, else the last one.

    A match of the given competition is preferred among the upcoming ones, else among the past ones.
    """
    upcoming = [row for row in rows if row.kick_off > now - MATCH_DURATION]
    past = [row for row in reversed(rows) if row.kick_off <= now - MATCH_DURATION]
    candidates = upcoming or past
    return next((row for row in candidates if row.competition == competition), candidates[0] if candidates else None)


def _home_matches(db: Connection, home: TeamRow, away: TeamRow | None, day: date | None) -> list[MatchRow]:
    start, end = paris_bounds(day) if day else (clock.now() - SEARCH_WINDOW, clock.now() + SEARCH_WINDOW)
    away_id = away.team_id if away else None
    return matches.at_home(db, home.team_id, away_id, start, end, list(shown_competitions()))
