"""Whether the age of a price tells how far it will still move: the served movement scaled by it, walk-forward.

A published forecast moves the prices of its match to where the line is expected to close. That movement was learned
from files without the times of their prices. Here it is multiplied by `a + b·log2(1 + days)`, the days being those from
the price to kick-off: `a` for a price of kick-off, `a + b` for one a day old, `a + 3b` for one a week old.
Probabilities move on the scale of their logarithms less their mean (Aitchison, J. (1982), The Statistical Analysis of
Compositional Data, J. Royal Statistical Society B 44(2), 139-177), on which they stay probabilities.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from shared.forecasting import metrics
from shared.forecasting.intervals import Interval
from shared.forecasting.metrics import Floats, Ints

MIN_MATCHES = 300
"""Fewer matches fit nothing and give no figure. The differences of two forecasts in distance differ by 0.00036 from
match to match (2018-23), so that the interval of 300 is 0.00004 to either side: all that the served movement gains."""
PUBLICATION_DELAY = 96
"""Hours from kick-off until a closing price is in the files, which are published twice a week."""
HOURS = (0, 6, 24, 72, np.inf)
"""Bounds of the ages by which the figures are split."""


@dataclass(frozen=True)
class PriceSnapshots:
    """Prices of n moments with the forecasts made from them, in order of kick-off; a match may have several.

    Attributes:
        match_id: of the match: (n,).
        kick_off: hours since 1970: (n,).
        age: hours from the price to kick-off: (n,).
        price: fair probabilities of home win, draw, away win by the price: (n, 3).
        served: those of the forecast that was published from it: (n, 3).
        closing: those of the closing line: (n, 3).
    """

    match_id: Ints
    kick_off: Floats
    age: Floats
    price: Floats
    served: Floats
    closing: Floats

    @property
    def matches(self) -> int:
        """Number of matches."""
        return len(np.unique(self.match_id))


@dataclass(frozen=True, slots=True)
class Distances:
    """Mean distances to the closing line of the snapshots of an age, a match counting once.

    With fewer than `MIN_MATCHES` their number alone. See `shared.forecasting.metrics.distance`.
    """

    low: float  # bounds of the age in hours; low is included, high is not
    high: float
    n: int  # matches with such snapshots
    price: Interval | None = None
    served: Interval | None = None
    by_age: Interval | None = None
    served_minus_price: Interval | None = None
    by_age_minus_served: Interval | None = None


def fit(snapshots: PriceSnapshots) -> tuple[float, float]:
    """The `a` and `b` of least squares, each match with the same weight.

    Without any movement both are 0; with one age alone, those of least size.
    """
    matrices, vectors = _normal_equations(snapshots)
    a, b = _solve(matrices.sum(axis=0), vectors.sum(axis=0))
    return float(a), float(b)


def walk_forward(snapshots: PriceSnapshots) -> Floats:
    """The price of each snapshot moved as those of earlier matches did: (n, 3).

    A snapshot learns from the matches whose closing price was published when it was taken; NaN with fewer than
    `MIN_MATCHES` of them.
    """
    matrices, vectors = (_cumulative(of) for of in _normal_equations(snapshots))
    taken_at = snapshots.kick_off - snapshots.age
    known = np.searchsorted(snapshots.kick_off + PUBLICATION_DELAY, taken_at, side="right")
    enough = _cumulative(_weights(snapshots))[known] >= MIN_MATCHES - 0.5  # the weights of a match sum to 1
    coefficients = np.full((len(known), 2), np.nan)
    coefficients[enough] = _solve(matrices[known[enough]], vectors[known[enough]])
    moves = (_terms(snapshots) * coefficients[:, None, :]).sum(axis=2)
    moved = snapshots.price * np.exp(moves)
    return moved / moved.sum(axis=1, keepdims=True)


def distances(snapshots: PriceSnapshots) -> list[Distances]:
    """Of all ages together, then of each; all on the snapshots that `walk_forward` moves."""
    by_age = walk_forward(snapshots)
    scored = ~np.isnan(by_age[:, 0])
    price, served, moved = (
        metrics.distance(forecast[scored], snapshots.closing[scored])
        for forecast in (snapshots.price, snapshots.served, by_age)
    )
    columns = np.column_stack([price, served, moved, served - price, moved - served])
    match_id, age = snapshots.match_id[scored], snapshots.age[scored]
    bounds = [(HOURS[0], HOURS[-1]), *pairwise(HOURS)]
    return [
        _mean_distances(low, high, match_id[within], columns[within])
        for low, high in bounds
        for within in [(age >= low) & (age < high)]
    ]


def render(snapshots: PriceSnapshots, rows: Sequence[Distances]) -> list[str]:
    """The figures as lines of text."""
    lines = [
        f"matches with prices and a closing line: {snapshots.matches}, moments of prices: {len(snapshots.age)};"
        f" fewer than {MIN_MATCHES} matches give no figure",
        "distance to the closing line in hundred-thousandths [95 %], each match moved by what earlier ones did:",
        f"  {'hours to kick-off':<18}{'n':>6}  {'price':<20}{'served':<20}{'by age':<20}"
        f"{'served − price':<22}by age − served",
    ]
    for row in rows:
        figures = (row.price, row.served, row.by_age, row.served_minus_price, row.by_age_minus_served)
        widths, forms = (20, 20, 20, 22, 0), (".1f", ".1f", ".1f", "+.1f", "+.1f")
        cells = [
            f"{_hundred_thousandths(figure, form):<{width}}"
            for figure, width, form in zip(figures, widths, forms, strict=True)
            if figure is not None
        ]
        lines.append(f"  {_ages(row):<18}{row.n:>6}  {''.join(cells) or 'too few'}")
    if snapshots.matches >= MIN_MATCHES:
        a, b = fit(snapshots)
        factors = f"{a:.2f} at kick-off, {a + b:.2f} a day before, {a + 3 * b:.2f} a week before"
        lines.append(f"factor of the served movement, from all {snapshots.matches} matches: {factors}")
    return lines


def _ages(row: Distances) -> str:
    if row.high == np.inf:
        return f"{row.low:.0f} and more" if row.low else "all"
    return f"{row.low:.0f} to {row.high:.0f}"


def _hundred_thousandths(interval: Interval, form: str) -> str:
    value, low, high = (f"{figure * 1e5:{form}}" for figure in interval)
    return f"{value} [{low}, {high}]"


def _mean_distances(low: float, high: float, match_id: Ints, columns: Floats) -> Distances:
    matches, row = np.unique(match_id, return_inverse=True)
    if len(matches) < MIN_MATCHES:
        return Distances(low, high, len(matches))
    # A match is resampled with all its snapshots, which share the line that they are measured against.
    means = np.zeros((len(matches), columns.shape[1]))
    np.add.at(means, row, columns)
    return Distances(low, high, len(matches), *metrics.bootstrap_means(means / np.bincount(row)[:, None]))


def _centred_logs(probabilities: Floats) -> Floats:
    logs = np.log(probabilities)
    return logs - logs.mean(axis=1, keepdims=True)


def _terms(snapshots: PriceSnapshots) -> Floats:
    """What `a` and `b` are multiplied by: (n, 3, 2)."""
    served = _centred_logs(snapshots.served) - _centred_logs(snapshots.price)
    return np.stack([served, served * np.log2(1 + snapshots.age / 24)[:, None]], axis=2)


def _weights(snapshots: PriceSnapshots) -> Floats:
    """One over the number of snapshots of the match: (n,)."""
    _, row, count = np.unique(snapshots.match_id, return_inverse=True, return_counts=True)
    return 1 / count[row]


def _normal_equations(snapshots: PriceSnapshots) -> tuple[Floats, Floats]:
    """What each snapshot adds to the matrix (n, 2, 2) and to the vector (n, 2) of least squares."""
    terms, weights = _terms(snapshots), _weights(snapshots)
    moved = _centred_logs(snapshots.closing) - _centred_logs(snapshots.price)
    return np.einsum("n,nki,nkj->nij", weights, terms, terms), np.einsum("n,nki,nk->ni", weights, terms, moved)


def _cumulative(values: Floats) -> Floats:
    """Sums of the first 0, 1, …, n values."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), values.cumsum(axis=0)])


def _solve(matrices: Floats, vectors: Floats) -> Floats:
    return (np.linalg.pinv(matrices, hermitian=True) @ vectors[..., None])[..., 0]
