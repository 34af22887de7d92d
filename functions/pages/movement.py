"""How the forecast of a match and the market's average moved until kick-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor

from shared.betting.prices import Offer
from shared.betting.shin_scalar import fair_probabilities
from shared.stores.betting import offers
from shared.stores.database import Connection
from shared.stores.forecasting.predictions import VersionRow

MOST = 60
"""The most values of each line."""
LEFT, RIGHT, TOP, BOTTOM = 30.0, 236.0, 10.0, 104.0
"""Edges of a chart's plot, in units of its view box."""
LEAST_SPAN = 6
"""Percentage points that a chart shows at least, so that small moves look small."""

Shares = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """The probabilities of home win, draw and away win from an instant on."""

    at: datetime
    shares: Shares


@dataclass(frozen=True, slots=True)
class OutcomeChart:
    """The lines of one outcome."""

    low: int
    high: int  # low, high: percent at the bottom and the top of the plot
    ours: str
    market: str  # ours, market: points of a polyline; empty without values


@dataclass(frozen=True, slots=True)
class Movement:
    """Both lines, oldest first, and a chart of each outcome."""

    ours: list[Point]
    market: list[Point]
    charts: list[OutcomeChart]  # of home win, draw and away win; none where nothing could move yet
    start: datetime
    end: datetime

    @property
    def rows(self) -> list[tuple[Point, bool]]:
        """Every value with whether it is ours, oldest first."""
        both = [*((point, True) for point in self.ours), *((point, False) for point in self.market)]
        return sorted(both, key=lambda row: row[0].at)


def movement_of(db: Connection, match_id: int, versions: Sequence[VersionRow], until: datetime) -> Movement:
    """The movement until an instant; kick-off at the latest.

    Args:
        versions: the published versions of the forecast, oldest first; at least one.
    """
    ours = [Point(row.published_at, (row.home, row.draw, row.away)) for row in versions]
    return movement(ours, [_market(offer) for offer in offers.averages(db, match_id, until, MOST)], until)


def movement(ours: list[Point], market: list[Point], until: datetime) -> Movement:
    """The lines and their charts. All charts have the same span, so that they can be compared. Pure."""
    times = [point.at for point in (*ours, *market)]
    start, end = min(times), max(*times, until)
    if start == end or (len(ours) < 2 and len(market) < 2):
        return Movement(ours, market, [], start, end)
    bounds = [_bounds([point.shares[outcome] for point in (*ours, *market)]) for outcome in range(3)]
    span = max(LEAST_SPAN, *(high - low for low, high in bounds))
    charts: list[OutcomeChart] = []
    for outcome, (low, high) in enumerate(bounds):
        bottom = min(max(0, low - (span - (high - low)) // 2), 100 - span)
        lines = [
            _polyline([(point.at, point.shares[outcome]) for point in line], start, end, bottom, span)
            for line in (ours, market)
        ]
        charts.append(OutcomeChart(bottom, bottom + span, *lines))
    return Movement(ours, market, charts, start, end)


def _market(offer: Offer) -> Point:
    home, draw, away = fair_probabilities([price for price in offer.prices if price is not None])
    return Point(offer.taken_at, (home, draw, away))


def _bounds(shares: Sequence[float]) -> tuple[int, int]:
    """Whole percents around all shares."""
    return floor(100 * min(shares)), ceil(100 * max(shares))


def _polyline(points: Sequence[tuple[datetime, float]], start: datetime, end: datetime, bottom: int, span: int) -> str:
    """A line of steps: each value counts until the next one, the last until the end."""
    corners: list[tuple[float, float]] = []
    for at, share in points:
        x = LEFT + (RIGHT - LEFT) * ((at - start) / (end - start))
        y = BOTTOM - (BOTTOM - TOP) * (100 * share - bottom) / span
        corners += [*([(x, corners[-1][1])] if corners else []), (x, y)]
    corners += [(RIGHT, corners[-1][1])] if corners else []
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
