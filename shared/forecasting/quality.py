"""Quality metrics of forecasts, each with its allowed range.

Used before a model is served and every day afterwards. docs/decisions/when-picks-are-suspended.md explains the bounds
and how often chance alone crosses them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.forecasting import metrics
from shared.forecasting.intervals import Interval, mean_interval
from shared.forecasting.metrics import Floats, Ints

Probabilities = tuple[float, float, float]
"""Probabilities of home win, draw, away win."""

WINDOWS = (250, 1000)
"""Numbers of recent matches that are checked daily: a gross fault shows in few, a small one only in many."""
DAILY_CERTAINTY = 0.999
"""Confidence level of the daily checks: high, because there are ten a day."""
MIN_SAMPLE = 100
"""Fewer matches or picks give no estimate."""
SIMULATIONS = 2_000
GAP_BOUNDS = {"prices": (-0.0005, 0.0015), "ratings": (-0.0005, 0.0045)}
"""Allowed difference to the closing line's ranked probability score, by basis. To be better than the closing line
suggests a leak."""
CLOSING_LINE_VALUE_BOUNDS = (0.0, 0.06)


@dataclass(frozen=True, slots=True)
class ScoredMatch:
    """A finished match with its forecasts."""

    forecasts: Mapping[str, Probabilities]  # by basis: `prices`, `ratings`
    closing: Probabilities  # fair closing probabilities
    outcome: int  # 0 home win, 1 draw, 2 away win
    closing_line_values: tuple[float, ...]  # of the picks on it


@dataclass(frozen=True, slots=True)
class QualityMetric:
    """A quality metric."""

    basis: str
    name: str  # `gap` (in RPS to the closing line), `calibration_error` or `closing_line_value`
    n: int
    estimate: Interval | None  # value and interval; None with too few
    at_least: float
    at_most: float

    @property
    def alarm(self) -> bool:
        """Whether the whole interval lies beyond a bound."""
        estimate = self.estimate
        return estimate is not None and (estimate.low > self.at_most or estimate.high < self.at_least)

    def __str__(self) -> str:
        """The estimate, its interval and the allowed range."""
        if self.estimate is None:
            return f"{self.name} by {self.basis}: too few ({self.n})"
        value, low, high = self.estimate
        return (
            f"{self.name} by {self.basis}: {value:+.4f} [{low:+.4f}, {high:+.4f}] of {self.n},"
            f" may be {self.at_least:+.4f} to {self.at_most:+.4f}"
        )


def evaluate(matches: Sequence[ScoredMatch]) -> dict[int, list[QualityMetric]]:
    """The metrics of each of `WINDOWS`.

    Args:
        matches: newest first.
    """
    return {window: _recent_metrics(matches, window) for window in WINDOWS}


def _recent_metrics(matches: Sequence[ScoredMatch], window: int) -> list[QualityMetric]:
    result: list[QualityMetric] = []
    for basis in GAP_BOUNDS:
        last = [m for m in matches if basis in m.forecasts][:window]
        forecasts = np.array([m.forecasts[basis] for m in last])
        closing, outcome = np.array([m.closing for m in last]), np.array([m.outcome for m in last])
        result += forecast_metrics(basis, forecasts, closing, outcome, DAILY_CERTAINTY)
    return [*result, pick_metric([value for m in matches[:window] for value in m.closing_line_values])]


def forecast_metrics(
    basis: str, forecast: Floats, closing: Floats, outcome: Ints, certainty: float
) -> list[QualityMetric]:
    """The gap to the closing line and the calibration error of forecasts.

    Args:
        basis: `prices` or `ratings`.
        forecast: probabilities: (n, 3).
        closing: fair closing probabilities of the same matches: (n, 3).
        outcome: 0, 1 or 2: (n,).
        certainty: confidence level of the intervals and of the calibration error's bound, which a perfect forecast of
            as many matches exceeds with probability 1 - certainty.
    """
    n = len(outcome)
    gap = error = None
    most = 1.0
    if n >= MIN_SAMPLE:
        differences = metrics.rps(forecast, outcome) - metrics.rps(closing, outcome)
        gap = mean_interval(differences.tolist(), certainty)
        ece = metrics.calibration_error(forecast, outcome)
        error = Interval(ece, ece, ece)
        _, most = metrics.calibration_noise(forecast, simulations=SIMULATIONS, share=certainty)
    return [
        QualityMetric(basis, "gap", n, gap, *GAP_BOUNDS[basis]),
        QualityMetric(basis, "calibration_error", n, error, 0.0, most),
    ]


def pick_metric(values: Sequence[float]) -> QualityMetric:
    """The mean closing-line value of picks."""
    estimate = mean_interval(values, DAILY_CERTAINTY) if len(values) >= MIN_SAMPLE else None
    return QualityMetric("prices", "closing_line_value", len(values), estimate, *CLOSING_LINE_VALUE_BOUNDS)
