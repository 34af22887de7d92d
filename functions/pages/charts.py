"""Geometry of the charts, in units of their view boxes. Pure; the templates draw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from shared.forecasting.calibration import Bucket
from shared.forecasting.intervals import share_interval
from shared.web.predictions.schemas import PredictionProbabilities

SIDE = 300
"""Width and height of a reliability diagram."""
LARGEST_DOT = 9.0


@dataclass(frozen=True, slots=True)
class Segment:
    """One outcome of a bar of probabilities."""

    x: float
    width: float


def segments(shares: Sequence[float], width: float = 100) -> list[Segment]:
    """Probabilities side by side, as one bar.

    >>> [segment.x for segment in segments((0.5, 0.25, 0.25))]
    [0.0, 50.0, 75.0]
    """
    starts = [sum(shares[:place], 0.0) for place in range(len(shares))]
    return [Segment(round(width * x, 2), round(width * share, 2)) for x, share in zip(starts, shares, strict=True)]


def shares_of(probabilities: PredictionProbabilities) -> tuple[float, float, float]:
    """The probabilities of home win, draw and away win that a response shows."""
    return probabilities.home_win, probabilities.draw, probabilities.away_win


def whole_percents(shares: tuple[float, float, float]) -> tuple[int, int, int]:
    """Probabilities of home win, draw and away win in whole percents, each rounded as explanations round it.

    They may add up to 99 or 101: a figure that a text contradicts would be worse.

    >>> whole_percents((0.324, 0.284, 0.392))
    (32, 28, 39)
    """
    home, draw, away = (round(100 * share) for share in shares)
    return home, draw, away


@dataclass(frozen=True, slots=True)
class ReliabilityPoint:
    """One bucket of a reliability diagram: shares for its table, and where it is drawn."""

    forecast: float  # mean forecast probability
    occurred: float  # share of these outcomes that occurred
    low: float
    high: float  # low, high: 95 % interval of that share
    count: int
    x: float
    y: float
    y_low: float
    y_high: float
    radius: float


def reliability(buckets: Sequence[Bucket]) -> list[ReliabilityPoint]:
    """The points of a reliability diagram; a dot's area grows with the number of outcomes.

    >>> [(point.x, point.y) for point in reliability([Bucket(0.4, 0.5, 100, 0.45, 50)])]
    [(135.0, 150.0)]
    """
    most = max((bucket.count for bucket in buckets), default=1)
    points: list[ReliabilityPoint] = []
    for bucket in buckets:
        interval = share_interval(bucket.occurred, bucket.count)
        if interval is None:
            continue
        share, low, high = interval
        points.append(
            ReliabilityPoint(
                forecast=bucket.forecast,
                occurred=share,
                low=low,
                high=high,
                count=bucket.count,
                x=round(SIDE * bucket.forecast, 1),
                y=round(SIDE * (1 - share), 1),
                y_low=round(SIDE * (1 - low), 1),
                y_high=round(SIDE * (1 - high), 1),
                radius=round(max(2.0, LARGEST_DOT * sqrt(bucket.count / most)), 1),
            )
        )
    return points
