"""Fixtures, results, standings and form. HTTP: GET /api/v1/matches…"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import Query

from shared.explanations.translations import translate
from shared.football.calendar import paris_bounds, paris_day
from shared.football.match import Status
from shared.runtime import clock
from shared.services.cache_policies import CacheKind
from shared.stores.football import matches, teams
from shared.stores.forecasting import season_forecasts
from shared.web.app import Connection, RequestLanguage, http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.cached_route import cached
from shared.web.errors import BadRequest, NotFound
from shared.web.matches import present, responses
from shared.web.matches import season_forecasts as seasons
from shared.web.matches.schemas import (
    CompetitionResponse,
    CompetitionsListResponse,
    HeadToHeadResponse,
    LiveScoresResponse,
    MatchListResponse,
    MatchResponse,
    StandingsResponse,
    TeamFormResponse,
)
from shared.web.matches.season_schemas import SeasonForecastResponse, SeasonHistoryResponse
from shared.web.params import (
    STRING_IN_SCHEMA,
    CompetitionName,
    Day,
    MatchId,
    TeamId,
    require_match,
    resolve_competition_code,
    shown_competitions,
)
from shared.web.schemas import DISPLAY_STATUS, DisplayStatus, data_source

app = http_app("matches")

PREFIX = "/api/v1/matches"
DEFAULT_SPAN = timedelta(days=10)
MAX_SPAN = timedelta(days=366)
STATUSES: dict[DisplayStatus, Sequence[Status]] = {
    shown: [status for status, name in DISPLAY_STATUS.items() if name == shown] for shown in DISPLAY_STATUS.values()
}
ALL_STATUSES = tuple(Status)


@app.get(PREFIX, operation_id="getMatches", tags=["Matches"])
@cached(CacheKind.MATCHES)
async def list_matches(
    reader: Anyone,
    db: Connection,
    language: RequestLanguage,
    competition: CompetitionName | None = None,
    date_from: Day | None = None,
    date_to: Day | None = None,
    status: Annotated[DisplayStatus, STRING_IN_SCHEMA] | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=100)] = 20,
) -> MatchListResponse:
    """Matches by day in Paris, both days included; the next ten days by default."""
    today = paris_day(clock.now())
    first = date_from or (min(today, date_to) if date_to else today)
    last = date_to or max(today, first) + DEFAULT_SPAN
    if not timedelta(0) <= last - first <= MAX_SPAN:
        raise BadRequest("dates_reversed")
    span = (paris_bounds(first)[0], paris_bounds(last)[1])
    codes, statuses = _codes(competition), STATUSES[status] if status else ALL_STATUSES
    rows = matches.page(db, *span, codes, statuses, per_page, (page - 1) * per_page)
    return MatchListResponse(
        matches=responses.match_list(db, rows),
        total=matches.count(db, *span, codes, statuses),
        page=page,
        per_page=per_page,
        data_source=data_source(language),
    )


@app.get(f"{PREFIX}/upcoming", operation_id="getUpcomingMatches", tags=["Matches"])
@cached(CacheKind.MATCHES)
async def list_upcoming(
    reader: Anyone,
    db: Connection,
    language: RequestLanguage,
    days: Annotated[int, Query(ge=1, le=7)] = 2,
    competition: CompetitionName | None = None,
) -> MatchListResponse:
    """Matches that have not begun, of today and the following days."""
    now = clock.now()
    end = paris_bounds(paris_day(now) + timedelta(days=days))[1]
    shown = responses.match_list(db, matches.page(db, now, end, _codes(competition), STATUSES["scheduled"]))
    return MatchListResponse(
        matches=shown, total=len(shown), page=1, per_page=len(shown), data_source=data_source(language)
    )


@app.get(f"{PREFIX}/live", operation_id="getLiveScores", tags=["Matches"])
@cached(CacheKind.LIVE)
async def list_live(
    reader: Anyone, db: Connection, language: RequestLanguage, competition: CompetitionName | None = None
) -> LiveScoresResponse:
    """Matches in play with their last known scores."""
    now = clock.now()
    rows = matches.page(db, now - timedelta(days=1), now, _codes(competition), STATUSES["live"])
    ids, elo = responses.external_ids(db, rows), responses.elo_ratings(db, rows)
    shown = [present.live(row, ids, elo) for row in rows]
    return LiveScoresResponse(
        matches=shown,
        total=len(shown),
        updated_at=now,
        data_source=data_source(language, translate("scores_as_of", language)),
    )


@app.get(f"{PREFIX}/competitions", operation_id="getCompetitions", tags=["Matches"])
@cached(CacheKind.TEAMS)
async def list_competitions(reader: Anyone) -> CompetitionsListResponse:
    """The competitions with forecasts."""
    shown = [
        CompetitionResponse(code=c.code, name=c.name, country=c.country, flag=c.flag)
        for c in shown_competitions().values()
    ]
    return CompetitionsListResponse(competitions=shown, total=len(shown))


@app.get(f"{PREFIX}/standings/{{competition_code}}", operation_id="getStandings", tags=["Matches"])
@cached(CacheKind.MATCHES)
async def read_standings(
    reader: Anyone, db: Connection, language: RequestLanguage, competition_code: CompetitionName
) -> StandingsResponse:
    """The current season's table: football-data.org's if available, else computed from results."""
    return responses.league_table(db, language, resolve_competition_code(competition_code))


@app.get(f"{PREFIX}/season-forecast/{{competition_code}}", operation_id="getSeasonForecast", tags=["Matches"])
@cached(CacheKind.MATCHES)
async def read_season_forecast(
    reader: Anyone, db: Connection, language: RequestLanguage, competition_code: CompetitionName
) -> SeasonForecastResponse:
    """How the season may end: 10,000 simulations of the matches that are left."""
    return responses.season_forecast(db, language, resolve_competition_code(competition_code))


@app.get(
    f"{PREFIX}/season-forecast/{{competition_code}}/history", operation_id="getSeasonForecastHistory", tags=["Matches"]
)
@cached(CacheKind.MATCHES)
async def read_season_forecast_history(
    reader: Anyone, db: Connection, language: RequestLanguage, competition_code: CompetitionName, team_id: TeamId
) -> SeasonHistoryResponse:
    """The forecasts of a club's current season, one a day."""
    row, rules = responses.latest_season_forecast(db, resolve_competition_code(competition_code))
    team = teams.get(db, team_id)
    if team is None or team_id not in row.team_ids:
        raise NotFound("no_season_forecast", code=row.competition)
    rows = season_forecasts.history(db, row.competition, row.season, team_id)
    return seasons.history(rows, rules, team, data_source(language))


@app.get(f"{PREFIX}/teams/{{team_id}}/form", operation_id="getTeamForm", tags=["Matches"])
@cached(CacheKind.MATCHES)
async def read_form(
    reader: Anyone,
    db: Connection,
    language: RequestLanguage,
    team_id: TeamId,
    matches_count: Annotated[int, Query(ge=3, le=10)] = 5,
    team_name: Annotated[str | None, Query(max_length=100)] = None,
) -> TeamFormResponse:
    """A club's last matches, newest first."""
    return responses.team_form(db, language, team_id, matches_count, team_name)


@app.get(f"{PREFIX}/{{match_id}}", operation_id="getMatch", tags=["Matches"])
@cached(CacheKind.MATCHES)
async def read_match(reader: Anyone, db: Connection, match_id: MatchId) -> MatchResponse:
    """One match, by our id or by football-data.org's."""
    return responses.match_list(db, [require_match(db, match_id)])[0]


@app.get(f"{PREFIX}/{{match_id}}/head-to-head", operation_id="getHeadToHead", tags=["Matches"])
@cached(CacheKind.MATCHES)
async def read_head_to_head(
    reader: Anyone,
    db: Connection,
    language: RequestLanguage,
    match_id: MatchId,
    limit: Annotated[int, Query(ge=1, le=20)] = 10,
) -> HeadToHeadResponse:
    """Meetings of the two clubs before this match."""
    return responses.head_to_head(db, language, require_match(db, match_id), limit)


def _codes(competition: str | None) -> list[str]:
    return list(shown_competitions()) if competition is None else [resolve_competition_code(competition)]


handler = lambda_handler(app)
