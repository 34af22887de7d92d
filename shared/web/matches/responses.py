"""Matches, standings, season forecasts and form, as their routes and the pages return them."""

from collections.abc import Sequence

from shared.explanations.translations import Language, translate
from shared.football.league_rules import LeagueRules, can_be_simulated, rules_of
from shared.runtime import clock
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.football import matches, standings, teams
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import elo, season_forecasts
from shared.stores.forecasting.season_forecasts import SeasonForecastRow
from shared.web.errors import NotFound
from shared.web.matches import present
from shared.web.matches import season_forecasts as seasons
from shared.web.matches.schemas import HeadToHeadResponse, MatchResponse, StandingsResponse, TeamFormResponse
from shared.web.matches.season_schemas import SeasonForecastResponse
from shared.web.params import shown_competitions
from shared.web.schemas import data_source


def match_list(db: Connection, rows: Sequence[MatchRow]) -> list[MatchResponse]:
    """Matches with the odds and ratings that are known now."""
    now = clock.now()
    ids, ratings = external_ids(db, rows), elo_ratings(db, rows)
    latest_offers = offers.latest(db, [row.match_id for row in rows], now)
    return [present.match(row, ids, ratings, latest_offers.get(row.match_id, ()), now) for row in rows]


def external_ids(db: Connection, rows: Sequence[MatchRow]) -> dict[int, str]:
    """football-data.org's ids of matches, if known."""
    return matches.external_ids(db, [row.match_id for row in rows])


def elo_ratings(db: Connection, rows: Sequence[MatchRow]) -> dict[int, float]:
    """The Elo ratings of the clubs of matches."""
    return elo.latest(db, [team_id for row in rows for team_id in (row.home_team_id, row.away_team_id)])


def league_table(db: Connection, language: Language, code: str) -> StandingsResponse:
    """The current season's table: football-data.org's if available, else computed from results.

    Raises:
        NotFound: there is none.
    """
    season = matches.latest_season(db, code, clock.now())
    table = None if season is None else standings.current_table(db, code, season)
    if table is None:
        raise NotFound("no_standings", code=code)
    names = teams.by_ids(db, [row.team_id for row in table.rows])
    return StandingsResponse(
        competition_code=code,
        competition_name=shown_competitions()[code].name,
        standings=[present.table_row(row, names) for row in table.rows],
        last_updated=table.source_updated_at or clock.now(),
        data_source=data_source(language, None if table.source_updated_at else translate("computed_table", language)),
    )


def season_forecast(db: Connection, language: Language, code: str) -> SeasonForecastResponse:
    """How a league's season may end.

    Raises:
        NotFound: as `latest_season_forecast`.
    """
    row, rules = latest_season_forecast(db, code)
    return seasons.forecast(
        row,
        shown_competitions()[row.competition],
        rules,
        teams.by_ids(db, row.team_ids),
        language,
        data_source(language, translate("season_forecast_note", language)),
    )


def latest_season_forecast(db: Connection, code: str) -> tuple[SeasonForecastRow, LeagueRules]:
    """The latest forecast of a league, and its rules in that season.

    Raises:
        NotFound: the league cannot be simulated, or was not yet.
    """
    if not can_be_simulated(code):
        raise NotFound("season_not_simulated", code=code)
    row = season_forecasts.latest(db, code)
    rules = None if row is None else rules_of(code, row.season)
    if row is None or rules is None:
        raise NotFound("no_season_forecast", code=code)
    return row, rules


def team_form(
    db: Connection, language: Language, team_id: int, count: int, team_name: str | None = None
) -> TeamFormResponse:
    """A club's last matches, newest first.

    Args:
        count: how many at most.
        team_name: shown for a club that is unknown.
    """
    last = matches.latest_of_team(db, team_id, clock.now(), count)
    return present.form(team_id, teams.get(db, team_id), team_name, last, data_source(language))


def head_to_head(db: Connection, language: Language, row: MatchRow, limit: int) -> HeadToHeadResponse:
    """Meetings of the two clubs of a match before it."""
    meetings = matches.head_to_head(db, row.home_team_id, row.away_team_id, row.kick_off, limit)
    return present.head_to_head(row, meetings, data_source(language))
