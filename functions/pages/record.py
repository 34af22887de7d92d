"""The record: closing-line value first, then calibration, scores beside the market's, and profit."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from functions.pages.charts import ReliabilityPoint, reliability
from shared.explanations.translations import Language
from shared.football.competition import COMPETITIONS
from shared.forecasting.calibration import Bucket
from shared.services.league_accuracy import MeasuredLeague, measured_leagues
from shared.stores.database import Connection
from shared.web.predictions import responses
from shared.web.predictions.past_record import past_buckets
from shared.web.predictions.record_schemas import CalibrationBucket, PickFigures, PredictionStatsResponse

DAYS = 365
ENOUGH = 100
"""Fewer picks, or forecasts, than these say nothing: their figures are not shown."""
_Z = 1.96
"""Half the width of a 95 % interval, in standard errors."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What the page shows."""

    stats: PredictionStatsResponse
    points: list[ReliabilityPoint]  # of the last year's forecasts, by the probability of the likeliest outcome
    forecasts: int  # forecasts of matches with a result, in that year
    past_points: list[ReliabilityPoint]  # of the seasons before, all outcomes
    years: tuple[int, int] | None  # of these seasons
    leagues: list[tuple[str, MeasuredLeague]]  # name and scores

    @property
    def has_enough_picks(self) -> bool:
        """Whether there are enough settled picks for figures."""
        return self.stats.picks.settled >= ENOUGH

    @property
    def bets_needed(self) -> int | None:
        """How many bets it would take to tell the profit from none, if each were worth its closing-line value."""
        return bets_needed(self.stats.picks)


def record_page(db: Connection, language: Language) -> RecordPage:
    """The record of the last year as the routes return it, and that of past seasons from the served model."""
    calibration = responses.calibration(db, language, DAYS)
    past = past_buckets("prices")
    enough = calibration.total_verified >= ENOUGH
    return RecordPage(
        stats=responses.stats(db, language, DAYS),
        points=reliability(_buckets(calibration.by_confidence)) if enough else [],
        forecasts=calibration.total_verified,
        past_points=reliability(past.buckets) if past else [],
        years=(past.first, past.last) if past else None,
        leagues=[(COMPETITIONS[each.competition].name, each) for each in sorted(measured_leagues(), key=_importance)],
    )


def bets_needed(picks: PickFigures) -> int | None:
    """The number of bets after which the 95 % interval of the mean profit would exclude 0.

    The spread of one bet's profit follows from the interval's width: half = z · spread / √n.
    None without an interval, or without a positive closing-line value.
    """
    value, interval = picks.closing_line_value, picks.roi_interval
    if interval is None or value is None or value <= 0:
        return None
    spread = (interval.high - interval.low) / 2 * sqrt(picks.settled) / _Z
    return ceil((_Z * spread / value) ** 2)


def _importance(league: MeasuredLeague) -> int:
    return list(COMPETITIONS).index(league.competition)


def _buckets(rows: Sequence[CalibrationBucket]) -> list[Bucket]:
    return [
        Bucket(0.0, 1.0, row.count, row.predicted_confidence, round(row.actual_win_rate * row.count)) for row in rows
    ]
