"""Probabilities of bets on whole, half and quarter lines.

On a whole line the stake is returned if it is hit exactly. A quarter line is two bets of half the stake on the
adjacent lines: 2.25 is 2 and 2.5.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.grid import SIZE, Grid

Distribution = NDArray[np.float64]

_GOALS = np.arange(SIZE)
_TOTALS = np.add.outer(_GOALS, _GOALS).ravel()
_LEADS = np.subtract.outer(_GOALS, _GOALS).ravel() + SIZE - 1


class LineShares(NamedTuple):
    """Probabilities of each result of a bet; they sum to 1."""

    won: float
    half_won: float
    push: float
    half_lost: float
    lost: float

    @property
    def opposite(self) -> "LineShares":
        """The probabilities of the other side of the line."""
        return LineShares(*reversed(self))

    @property
    def fair_price(self) -> float | None:
        """The decimal odds with expected value 0; None where the bet cannot be won.

        >>> LineShares(0.4, 0.0, 0.2, 0.0, 0.4).fair_price
        2.0
        """
        gains, losses = self.won + self.half_won / 2, self.lost + self.half_lost / 2
        return 1 + losses / gains if gains > 0 else None


def total_goals(grid: Grid) -> Distribution:
    """Probability of 0, 1, 2, … goals in total: (16, 16) → (31,)."""
    return np.bincount(_TOTALS, weights=grid.ravel())  # type: ignore[return-value]  # with weights it counts in floats


def home_lead(grid: Grid) -> Distribution:
    """Probability of a home lead of -15, …, 15 goals: (16, 16) → (31,)."""
    return np.bincount(_LEADS, weights=grid.ravel())  # type: ignore[return-value]  # with weights it counts in floats


def over(goals: Distribution, line: float) -> LineShares:
    """A bet on more goals than a line.

    Raises:
        ValueError: the line is not a multiple of a quarter.
    """
    return _shares(goals, 4 * np.arange(len(goals)) - _quarters(line))


def home_handicap(leads: Distribution, line: float) -> LineShares:
    """An Asian handicap bet on the home side, with the line added to its goals; the away side's bet is `.opposite`.

    Raises:
        ValueError: the line is not a multiple of a quarter.
    """
    return _shares(leads, 4 * (np.arange(len(leads)) - (SIZE - 1)) + _quarters(line))


def _quarters(line: float) -> int:
    if not (4.0 * line).is_integer():
        raise ValueError(f"a line is a multiple of a quarter, such as 2.25; {line} is none")
    return int(4 * line)


def _shares(probabilities: Distribution, beyond: NDArray[np.int64]) -> LineShares:
    """Results of a bet, by how many quarters each score lies beyond the line: 2 or more win, 1 wins half."""
    return LineShares(*np.bincount(np.clip(2 - beyond, 0, 4), weights=probabilities, minlength=5).tolist())
