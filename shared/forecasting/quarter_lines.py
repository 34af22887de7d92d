"""Probabilities of bets on a line, with the stake returned in full or in half where the line allows it.

A whole line can be hit exactly, and the stake comes back. A quarter line is two bets of half the stake, on the half
lines beside it: 2.25 is 2 and 2.5.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.grid import SIZE, Grid

Shares = NDArray[np.float64]

_GOALS = np.arange(SIZE)
_TOTALS = np.add.outer(_GOALS, _GOALS).ravel()
_LEADS = np.subtract.outer(_GOALS, _GOALS).ravel() + SIZE - 1


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
    return np.bincount(_TOTALS, weights=grid.ravel())  # type: ignore[return-value]  # with weights it counts in floats


def home_lead(grid: Grid) -> Shares:
    """Probability of a home lead of -15, …, 15 goals: (16, 16) → (31,)."""
    return np.bincount(_LEADS, weights=grid.ravel())  # type: ignore[return-value]  # with weights it counts in floats


def over(goals: Shares, line: float) -> LineShares:
    """A bet on more goals than a line.

    Raises:
        ValueError: the line is no multiple of a quarter.
    """
    return _shares(goals, 4 * np.arange(len(goals)) - _quarters(line))


def home_with(leads: Shares, line: float) -> LineShares:
    """An Asian handicap bet on the home side, whose goals the line is added to; the away side's is `.turned`.

    Raises:
        ValueError: the line is no multiple of a quarter.
    """
    return _shares(leads, 4 * (np.arange(len(leads)) - (SIZE - 1)) + _quarters(line))


def _quarters(line: float) -> int:
    if not (4.0 * line).is_integer():
        raise ValueError(f"a line is a multiple of a quarter, such as 2.25; {line} is none")
    return int(4 * line)


def _shares(probabilities: Shares, beyond: NDArray[np.int64]) -> LineShares:
    """The ends of a bet, from how many quarters each result lies beyond its line: 2 or more win it, 1 half of it."""
    return LineShares(*np.bincount(np.clip(2 - beyond, 0, 4), weights=probabilities, minlength=5).tolist())
