"""A competition: its table, how its season may end, how good forecasts of it were, and its next matches."""

from dataclasses import dataclass
from datetime import timedelta

from functions.pages.charts import ReliabilityPoint, reliability
from functions.pages.lines import MatchLine, match_lines
from shared.explanations.translations import Language
from shared.football.calendar import paris_bounds, paris_day
from shared.runtime import clock
from shared.services.league_accuracy import LeagueAccuracy, league_accuracy
from shared.stores.database import Connection
from shared.stores.football import matches
from shared.web.errors import NotFound
from shared.web.matches import responses
from shared.web.matches.schemas import StandingsResponse
from shared.web.matches.season_schemas import SeasonClub, SeasonForecastResponse
from shared.web.params import shown_competitions
from shared.web.predictions.past_record import past_buckets

DAYS, MOST = 14, 30
"""Days whose matches are shown, today included, and the most of them."""


@dataclass(frozen=True, slots=True)
class LeaguePage:
    """What the page shows."""

    code: str
    name: str
    table: StandingsResponse | None
    season: SeasonForecastResponse | None
    lines: list[MatchLine]  # the next matches
    accuracy: LeagueAccuracy | None  # of forecasts that start from prices, in past seasons
    points: list[ReliabilityPoint]  # of the same forecasts
    years: tuple[int, int] | None  # of these seasons

    @property
    def cells(self) -> list[tuple[SeasonClub, list[float]]]:
        """Each club with the probability of each place."""
        return [(club, club.places) for club in self.season.clubs] if self.season else []


def league_page(db: Connection, language: Language, code: str) -> LeaguePage:
    """A competition, as the routes return its parts.

    Raises:
        NotFound: there is no such competition.
    """
    competition = shown_competitions().get(code)
    if competition is None:
        raise NotFound("unknown_route")
    now = clock.now()
    today = paris_day(now)
    span = paris_bounds(today)[0], paris_bounds(today + timedelta(days=DAYS - 1))[1]
    record = past_buckets("prices", code)
    return LeaguePage(
        code=code,
        name=competition.name,
        table=_table(db, language, code),
        season=_season(db, language, code),
        lines=match_lines(db, matches.page(db, *span, [code], limit=MOST), now),
        accuracy=league_accuracy(code, "prices"),
        points=reliability(record.buckets) if record else [],
        years=(record.first, record.last) if record else None,
    )


def _table(db: Connection, language: Language, code: str) -> StandingsResponse | None:
    try:
        return responses.league_table(db, language, code)
    except NotFound:
        return None


def _season(db: Connection, language: Language, code: str) -> SeasonForecastResponse | None:
    try:
        return responses.season_forecast(db, language, code)
    except NotFound:
        return None
