"""Calendar feeds of fixtures. HTTP: GET /api/v1/calendar/…"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from fastapi import Response

from functions.calendar.feed import feed
from shared.explanations.translations import Language
from shared.football.calendar import paris_bounds, paris_day
from shared.runtime import clock
from shared.services.cache_policies import CacheKind
from shared.stores.football import matches, teams
from shared.stores.football.matches import MatchRow
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.cached_route import cached
from shared.web.errors import NotFound
from shared.web.params import CompetitionName, TeamId, shown_competitions

app = http_app("calendar")

PREFIX = "/api/v1/calendar"
HISTORY = timedelta(days=30)


class CalendarResponse(Response):
    """An iCalendar file."""

    media_type = "text/calendar"


@app.get(
    f"{PREFIX}/competitions/{{competition}}.ics",
    operation_id="getCompetitionCalendar",
    tags=["Calendar"],
    response_class=CalendarResponse,
)
@cached(CacheKind.MATCHES)
async def read_competition(
    reader: Anyone, db: Connection, language: RequestLanguage, competition: CompetitionName
) -> CalendarResponse:
    """A competition's matches (RFC 5545): all upcoming ones, and those of the last 30 days."""
    codes = shown_competitions()
    if competition not in codes:
        raise NotFound("unknown_competition", code=competition, codes=", ".join(codes))
    rows = matches.starting_from(db, _start(), [competition])
    return _file(competition, codes[competition].name, rows, language)


@app.get(
    f"{PREFIX}/teams/{{team_id}}.ics",
    operation_id="getTeamCalendar",
    tags=["Calendar"],
    response_class=CalendarResponse,
)
@cached(CacheKind.MATCHES)
async def read_team(reader: Anyone, db: Connection, language: RequestLanguage, team_id: TeamId) -> CalendarResponse:
    """A club's matches in forecast competitions: all upcoming ones, and those of the last 30 days."""
    club = teams.get(db, team_id)
    if club is None:
        raise NotFound("unknown_team", name=team_id)
    rows = matches.starting_from(db, _start(), list(shown_competitions()), team_id)
    return _file(f"team-{team_id}", club.name, rows, language)


def _start() -> datetime:
    return paris_bounds(paris_day(clock.now()) - HISTORY)[0]


def _file(key: str, name: str, rows: Iterable[MatchRow], language: Language) -> CalendarResponse:
    headers = {"Content-Disposition": f'inline; filename="{key}.ics"'}
    return CalendarResponse(feed(key, name, rows, language), headers=headers)


handler = lambda_handler(app)
