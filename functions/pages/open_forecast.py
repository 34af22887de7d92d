"""What a forecast shows to everyone once its match has begun: the score grid, every market, and what if."""

from dataclasses import dataclass

from functions.pages.charts import Segment, segments, shares_of, whole_percents
from functions.pages.markets import Table, line_tables, short_tables
from functions.pages.movement import MOST, Movement, movement_of
from functions.pages.score_grid import HeatMap, heat_map
from shared.explanations.translations import Language
from shared.forecasting.match_state import MatchState
from shared.runtime import clock
from shared.stores.database import Connection
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting import predictions
from shared.stores.forecasting.predictions import VersionRow
from shared.web.errors import Forbidden
from shared.web.params import require_match
from shared.web.predictions import responses
from shared.web.predictions.market_schemas import MultiMarketsResponse
from shared.web.predictions.what_if import what_if
from shared.web.schemas import data_source

FIRST_STATE = MatchState(60, 1, 0)
"""What the form holds before a reader changes it."""


@dataclass(frozen=True, slots=True)
class OpenGrid:
    """A score grid with its markets."""

    heat: HeatMap
    markets: MultiMarketsResponse
    short: list[Table]
    lines: list[Table]


@dataclass(frozen=True, slots=True)
class ForecastDetails:
    """How a forecast moved, and its grid if the record has opened it."""

    movement: Movement
    grid: OpenGrid | None


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """A match from another state on."""

    match: MatchRow
    state: MatchState
    before: tuple[int, int, int]  # whole percents of the published forecast
    percents: tuple[int, int, int]
    bar: list[Segment]
    grid: OpenGrid


def forecast_details(
    db: Connection, language: Language, match: MatchRow, markets: MultiMarketsResponse | None
) -> ForecastDetails:
    """The details of a match's published forecast.

    Args:
        markets: as the forecast's route shows them to a visitor: only once they are open.
    """
    now = clock.now()
    versions = predictions.versions(db, match.match_id, now, MOST)
    movement = movement_of(db, match.match_id, versions, min(now, match.kick_off))
    return ForecastDetails(movement, _published_grid(match, markets, versions[-1], language) if markets else None)


def what_if_page(db: Connection, language: Language, match_id: int, state: MatchState) -> WhatIfPage:
    """A match as if it stood so.

    Raises:
        NotFound: there is no such match, or no forecast of it.
        Forbidden: the match has not begun.
    """
    from shared.forecasting.in_play import final_scores  # noqa: PLC0415  # loads numpy

    match = require_match(db, match_id)
    forecast, opened = responses.published_forecast(db, match)
    if not opened:
        raise Forbidden("opens_at_kick_off")
    response = what_if(match, forecast, state, data_source(language))
    scores = final_scores(forecast.home_rate, forecast.away_rate, forecast.rho, state)
    shares = shares_of(response.probabilities)
    return WhatIfPage(
        match=match,
        state=state,
        before=whole_percents(forecast.probabilities),
        percents=whole_percents(shares),
        bar=segments(shares),
        grid=_open_grid(match, response.multi_markets, heat_map(scores.tolist(), state.home, state.away), language),
    )


def _published_grid(
    match: MatchRow, markets: MultiMarketsResponse, version: VersionRow, language: Language
) -> OpenGrid:
    from shared.forecasting.grid import score_grid  # noqa: PLC0415  # loads numpy

    grid = score_grid(version.home_rate, version.away_rate, version.rho)
    return _open_grid(match, markets, heat_map(grid.tolist()), language)


def _open_grid(match: MatchRow, markets: MultiMarketsResponse, heat: HeatMap, language: Language) -> OpenGrid:
    names = match.home_short_name, match.away_short_name
    return OpenGrid(heat, markets, short_tables(markets, *names, language), line_tables(markets, *names, language))
