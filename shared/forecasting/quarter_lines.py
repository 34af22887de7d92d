"""Probabilities of bets on a line, with the stake returned in full or in half where the line allows it.

A whole line can be hit exactly, and the stake comes back. A quarter line is two bets of half the stake, on the half
lines beside it: 2.25 is 2 and 2.5.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.grid import SIZE, Grid

Shares = NDArray[np.float64]


class LineShares(NamedTuple):
    """How likely each end of a bet is; they sum to 1."""

    won: float
    half_won: float
    push: float
    half_lost: float
    lost: float

    @property
    def turned(self) -> "LineShares":
        """The same for the other side of the line."""
        return LineShares(*reversed(self))

    @property
    def fair_price(self) -> float | None:
        """The decimal odds at which the bet is worth nothing to either side; None where it cannot be won."""
        gains, losses = self.won + self.half_won / 2, self.lost + self.half_lost / 2
        return 1 + losses / gains if gains > 0 else None


def total_goals(grid: Grid) -> Shares:
    """Probability of 0, 1, 2, … goals in all: (16, 16) → (31,)."""
    return np.array([np.trace(grid[:, ::-1], offset=SIZE - 1 - total) for total in range(2 * SIZE - 1)])


def home_lead(grid: Grid) -> Shares:
    """Probability of a home lead of -15, …, 15 goals: (16, 16) → (31,)."""
    return np.array([np.trace(grid, offset=-lead) for lead in range(-SIZE + 1, SIZE)])


def over(goals: Shares, line: float) -> LineShares:
    """A bet on more goals than a line.

    Raises:
        ValueError: the line is no multiple of a quarter.
    """
    return _shares(goals, np.arange(len(goals), dtype=np.float64) - line)


def home_with(leads: Shares, line: float) -> LineShares:
    """An Asian handicap bet on the home side, whose goals the line is added to; the away side's is `.turned`.

    Raises:
        ValueError: the line is no multiple of a quarter.
    """
    return _shares(leads, np.arange(len(leads), dtype=np.float64) - (SIZE - 1) + line)


def _shares(probabilities: Shares, beyond: NDArray[np.float64]) -> LineShares:
    quarters = np.rint(beyond * 4)
    if not np.allclose(quarters, beyond * 4, rtol=0, atol=1e-9):
        raise ValueError("a line is a multiple of a quarter")
    of = (quarters >= 2, quarters == 1, quarters == 0, quarters == -1, quarters <= -2)
    return LineShares(*(float(probabilities[where].sum()) for where in of))
