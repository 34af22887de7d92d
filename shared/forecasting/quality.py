"""Whether forecasts are as good as they should be: figures, each with the bounds between which it may lie.

The one judge of a model before it is served and of what it says every day after that. Why these bounds, and how often
they are crossed by luck alone: docs/decisions/when-picks-are-suspended.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.forecasting import metrics
from shared.forecasting.intervals import Interval, mean_interval
from shared.forecasting.metrics import Floats, Ints

Shares = tuple[float, float, float]
"""Probabilities of home win, draw, away win."""

WINDOWS = (250, 1000)
"""How many of the last matches are looked at every day: a gross fault shows in few, a small one only in many."""
SELDOM = 0.999
"""How seldom a look may alarm by luck alone: there are ten a day."""
LEAST = 100
"""Of fewer matches or picks nothing is said."""
SIMULATIONS = 2_000
GAP = {"prices": (-0.0005, 0.0015), "ratings": (-0.0005, 0.0045)}
"""How far the ranked probability score may be from the closing line's, by what the forecasts start from. To be better
than the closing line is a reason to look for a leak."""
CLOSING_LINE_VALUE = (0.0, 0.06)


@dataclass(frozen=True, slots=True)
class Judged:
    """A match that is over.

    Attributes:
        said: forecasts of it, by what they start from: `prices`, `ratings`.
        closing: fair closing probabilities.
        outcome: 0 home win, 1 draw, 2 away win.
        values: closing-line values of the picks on it.
    """

    said: Mapping[str, Shares]
    closing: Shares
    outcome: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of quality.

    Attributes:
        basis: what the forecasts start from: `prices` or `ratings`.
        name: `gap` (in RPS to the closing line), `calibration_error` or `closing_line_value`.
        n: of how many matches, or picks.
        measured: the figure and its interval; None of too few.
        at_least, at_most: the bounds.
    """

    basis: str
    name: str
    n: int
    measured: Interval | None
    at_least: float
    at_most: float

    @property
    def alarm(self) -> bool:
        """Whether all of the interval lies beyond a bound."""
        estimate = self.measured
        return estimate is not None and (estimate.low > self.at_most or estimate.high < self.at_least)

    def __str__(self) -> str:
        """The figure, its interval and its bounds, for people."""
        if self.measured is None:
            return f"{self.name} by {self.basis}: too few ({self.n})"
        value, low, high = self.measured
        return (
            f"{self.name} by {self.basis}: {value:+.4f} [{low:+.4f}, {high:+.4f}] of {self.n},"
            f" may be {self.at_least:+.4f} to {self.at_most:+.4f}"
        )


def judge(matches: Sequence[Judged]) -> dict[int, list[Figure]]:
    """The figures of the last matches, by how many are looked at; the newest match comes first."""
    return {window: _of_last(matches, window) for window in WINDOWS}


def _of_last(matches: Sequence[Judged], window: int) -> list[Figure]:
    found: list[Figure] = []
    for basis in GAP:
        last = [m for m in matches if basis in m.said][:window]
        said = np.array([m.said[basis] for m in last])
        closing, outcome = np.array([m.closing for m in last]), np.array([m.outcome for m in last])
        found += of_forecasts(basis, said, closing, outcome, SELDOM)
    return [*found, of_picks([value for m in matches[:window] for value in m.values])]


def of_forecasts(basis: str, forecast: Floats, closing: Floats, outcome: Ints, certainty: float) -> list[Figure]:
    """The gap to the closing line and the calibration error of forecasts.

    Args:
        basis: what they start from.
        forecast: probabilities: (n, 3).
        closing: fair closing probabilities of the same matches: (n, 3).
        outcome: 0, 1 or 2: (n,).
        certainty: how seldom a figure may be beyond its bounds by luck alone: 0.95 is once in twenty looks. Intervals
            and the calibration error's bound, what a perfect forecast of as many matches stays below, are made of it.
    """
    n = len(outcome)
    gap = error = None
    most = 1.0
    if n >= LEAST:
        differences = metrics.rps(forecast, outcome) - metrics.rps(closing, outcome)
        gap = mean_interval(differences.tolist(), certainty)
        found = metrics.calibration_error(forecast, outcome)
        error = Interval(found, found, found)
        _, most = metrics.calibration_noise(forecast, simulations=SIMULATIONS, share=certainty)
    return [
        Figure(basis, "gap", n, gap, *GAP[basis]),
        Figure(basis, "calibration_error", n, error, 0.0, most),
    ]


def of_picks(values: Sequence[float]) -> Figure:
    """The mean closing-line value of picks."""
    told = mean_interval(values, SELDOM) if len(values) >= LEAST else None
    return Figure("prices", "closing_line_value", len(values), told, *CLOSING_LINE_VALUE)
