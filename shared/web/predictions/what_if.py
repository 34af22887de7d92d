"""A match as a reader imagines it, and what the published forecast says from there on."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Depends, Query

from shared.forecasting.match_state import FULL, HALF, MAX_ADDED, MAX_GOALS, MAX_RED_CARDS, MatchState
from shared.stores.football.matches import MatchRow
from shared.stores.forecasting.predictions import PredictionRow
from shared.web.errors import BadRequest
from shared.web.predictions.markets import markets, probabilities
from shared.web.predictions.what_if_schemas import WhatIfResponse, WhatIfState
from shared.web.schemas import DataSourceInfo

Goals = Annotated[int, Query(ge=0, le=MAX_GOALS, description="Goals of this side.")]
RedCards = Annotated[int, Query(ge=0, le=MAX_RED_CARDS, description="Red cards of this side.")]
_ADDED = (
    "Minutes of added time played, at minute 45 or 90. Without it minute 45 is half-time, and 90 the final whistle."
)


def _match_state(
    minute: Annotated[int, Query(ge=0, le=FULL, description="Minutes played.")],
    home: Goals,
    away: Goals,
    home_red: RedCards = 0,
    away_red: RedCards = 0,
    added: Annotated[int | None, Query(ge=0, le=MAX_ADDED, description=_ADDED)] = None,
) -> MatchState:
    if added is not None and minute not in (HALF, FULL):
        raise BadRequest("no_added_time")
    return MatchState(minute, home, away, home_red, away_red, added)


RequestedState = Annotated[MatchState, Depends(_match_state)]
"""The state of a match that a request gives."""


def what_if(match: MatchRow, row: PredictionRow, state: MatchState, source: DataSourceInfo) -> WhatIfResponse:
    """The forecast of a match from a state of it on."""
    from shared.forecasting import in_play  # noqa: PLC0415  # loads numpy, which no other route needs

    forecast = in_play.forecast(row.home_rate, row.away_rate, row.rho, state)
    shares = (forecast.markets.home, forecast.markets.draw, forecast.markets.away)
    return WhatIfResponse(
        match_id=match.match_id,
        home_team=match.home_name,
        away_team=match.away_name,
        state=WhatIfState(**asdict(state)),
        probabilities=probabilities(shares),
        multi_markets=markets(shares, forecast.goals, asdict(forecast.markets)),
        basis=row.basis,
        model=row.model,
        created_at=row.published_at,
        data_source=source,
    )
