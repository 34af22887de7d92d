"""Response models of the track record and the calibration, under the frontend's field names."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.web.predictions.schemas import Bounds
from shared.web.schemas import DataSourceInfo


class AccuracyStats(BaseModel):
    """A number of forecasts and how many favoured the actual outcome; `accuracy` is their share."""

    # Generated clients type it as an open object, to which a closed type cannot be assigned.
    model_config = ConfigDict(extra="allow")

    total: int
    correct: int
    accuracy: float


class PickResults(BaseModel):
    """Numbers of settled picks by result; half results and refunds occur on whole and quarter lines, or if void."""

    won: int = 0
    half_won: int = 0
    push: int = 0
    half_lost: int = 0
    lost: int = 0
    void: int = 0


class PickFigures(BaseModel):
    """Results of picks, per unit staked; `beat_close` is the share of picks with a positive closing-line value."""

    total: int
    settled: int
    results: PickResults
    profit_units: float
    roi: float | None
    roi_interval: Bounds | None
    closing_line_value: float | None
    closing_line_value_interval: Bounds | None
    beat_close: float | None
    beat_close_interval: Bounds | None


class PicksByMarket(BaseModel):
    """Results of picks by market: result after 90 minutes, totals, Asian handicap."""

    h2h: PickFigures
    totals: PickFigures
    handicap: PickFigures


class PickStats(PickFigures):
    """Results of all picks, of those at licensed operators' prices and at paper prices, and of each market."""

    at_licensed_prices: PickFigures
    at_paper_prices: PickFigures
    by_market: PicksByMarket


class PredictionStatsResponse(BaseModel):
    """The track record of the last days; `accuracy` is a share, `roi_simulated` is in percent."""

    total_predictions: int
    verified_predictions: int
    correct_predictions: int
    accuracy: float
    accuracy_interval: Bounds | None
    roi_simulated: float
    rps: float | None
    log_loss: float | None
    by_competition: dict[str, AccuracyStats]
    by_bet_type: dict[str, AccuracyStats]
    picks: PickStats
    last_updated: datetime
    data_source: DataSourceInfo | None = None


class CalibrationBucket(BaseModel):
    """Forecasts of about the same probability; `overconfidence` is predicted minus actual."""

    confidence_range: str
    predicted_confidence: float
    actual_win_rate: float
    count: int
    overconfidence: float
    interval: Bounds | None = None


class CalibrationByBet(BaseModel):
    """Calibration of forecasts that favour one outcome."""

    bet_type: str
    total_predictions: int
    correct: int
    accuracy: float
    avg_confidence: float
    buckets: list[CalibrationBucket]


class CompetitionCalibration(BaseModel):
    """Calibration of one competition."""

    total: int
    correct: int
    accuracy: float
    avg_confidence: float


class CalibrationResponse(BaseModel):
    """Calibration of forecasts; all shares are from 0 to 1."""

    total_verified: int
    overall_accuracy: float
    overall_calibration_error: float
    by_bet_type: list[CalibrationByBet]
    by_confidence: list[CalibrationBucket]
    by_competition: dict[str, CompetitionCalibration]
    period: str
    generated_at: datetime
    data_source: DataSourceInfo | None = None
