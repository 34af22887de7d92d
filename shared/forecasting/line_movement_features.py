"""Features of the line-movement model, for matches with prices: one function for training and for serving.

The model predicts how far the log goal rates implied by today's prices will have moved by the close. As for the outcome
model, a match has two rows, one per side (`_for`, `_against`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.features import COLUMNS as OUTCOME_COLUMNS
from shared.forecasting.features import DECIMALS

Floats = NDArray[np.float64]

_BOOKS = ("pinnacle", "bet365")
_CLUB_COLUMNS = tuple(
    name
    for name in OUTCOME_COLUMNS
    if name.startswith(
        ("at_home", "market_variance", "days_rested", "played", "matches_left", "rank", "off_", "surprise", "drift")
    )
)
_CLUB_PLACES = [OUTCOME_COLUMNS.index(name) for name in _CLUB_COLUMNS]

COLUMNS: tuple[str, ...] = (
    "line_for",
    "line_against",
    "expected_for",
    "expected_against",
    *(f"{book}_{side}" for book in _BOOKS for side in ("for", "against")),
    "best_price_for",
    "best_price_draw",
    "best_price_against",
    "best_overround",
    "rho",
    "weekday",
    *_CLUB_COLUMNS,
)
"""Every column, in order; docs/understand/data.md explains them."""


class Lines(NamedTuple):
    """Prices of n matches.

    Attributes:
        goals: log goal rates and rho implied by the market's average: (n, 3).
        pinnacle, bet365: log goal rates implied by these bookmakers' prices: (n, 2); NaN where missing.
        best: logarithm of best price × fair probability of home win, draw, away win: (n, 3); NaN where unknown.
        best_overround: logarithm of the sum of the inverse best prices: (n,).
    """

    goals: Floats
    pinnacle: Floats
    bet365: Floats
    best: Floats
    best_overround: Floats


def line_features(lines: Lines, expected: Floats, outcome_rows: Floats, weekday: Floats) -> Floats:
    """The rows of n matches: (n, 2, columns).

    Args:
        expected: log goal rates predicted by the outcome model, without prices of the match: (n, 2).
        outcome_rows: features of the outcome model: (n, 2, its columns).
        weekday: of the match, 0 for Monday: (n,).
    """
    line = lines.goals[:, :2]
    # A missing bookmaker gets the market's value: the trees were not trained on missing values.
    books = [np.nan_to_num(book - line, nan=0.0) for book in (lines.pinnacle, lines.bet365)]
    pairs = [line, expected - line, *books]
    best = np.stack([lines.best, lines.best[:, ::-1]], axis=1)
    alone = [lines.best_overround, lines.goals[:, 2], weekday]
    return np.concatenate(
        [
            *(np.stack([pair, pair[:, ::-1]], axis=1) for pair in pairs),
            best,
            *(np.repeat(values[:, None, None], 2, axis=1) for values in alone),
            outcome_rows[:, :, _CLUB_PLACES],
        ],
        axis=2,
    ).round(DECIMALS)
