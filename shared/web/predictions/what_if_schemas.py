"""Response model of a forecast from another state of the match."""

from datetime import datetime

from pydantic import BaseModel

from shared.forecasting.basis import Basis
from shared.web.predictions.market_schemas import MultiMarketsResponse
from shared.web.predictions.schemas import PredictionProbabilities
from shared.web.schemas import DataSourceInfo


class WhatIfState(BaseModel):
    """A state of a match: minutes played, added time if it is being played, goals and red cards."""

    minute: int
    added: int | None
    home: int
    away: int
    home_red: int
    away_red: int


class WhatIfResponse(BaseModel):
    """The newest forecast of a match from a given state of it on; probabilities are of the result after 90 minutes.

    Expected goals are those of the whole match. The half-time market is null once half-time is past.
    """

    match_id: int
    home_team: str
    away_team: str
    state: WhatIfState
    probabilities: PredictionProbabilities
    multi_markets: MultiMarketsResponse
    basis: Basis
    model: str
    created_at: datetime
    data_source: DataSourceInfo | None = None
