"""The probability of each score as a heat map. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 7
"""Rows and columns; the last one is of that many goals or more."""
LEVELS = 10
"""Shades of a cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A score."""

    share: float  # its probability
    level: int  # 0, none, to `LEVELS`, the likeliest


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The scores from a first one on."""

    home_labels: list[str]  # goals of each row
    away_labels: list[str]  # goals of each column
    rows: list[list[Cell]]

    def row_of(self, home_goals: int) -> int:
        """The index of the row that contains a number of home goals."""
        return min(home_goals - int(self.home_labels[0]), SHOWN - 1)

    def column_of(self, away_goals: int) -> int:
        """The index of the column that contains a number of away goals."""
        return min(away_goals - int(self.away_labels[0]), SHOWN - 1)


def heat_map(grid: Sequence[Sequence[float]], home: int = 0, away: int = 0) -> HeatMap:
    """The probabilities of final scores.

    Args:
        grid: of every score, rows the home side's goals.
        home: goals that the home side has already; fewer are impossible.
        away: those of the away side.

    >>> from itertools import repeat
    >>> even = heat_map([list(repeat(1 / 256, 16))] * 16)
    >>> even.home_labels[-1], round(even.rows[0][0].share * 256), round(even.rows[6][6].share * 256)
    ('6+', 1, 100)
    """
    possible = [_joined(row[away:]) for row in grid[home:]]
    shares = [_joined(column) for column in zip(*possible, strict=True)]
    most = max(max(column) for column in shares)
    return HeatMap(
        home_labels=_labels(home),
        away_labels=_labels(away),
        rows=[[Cell(share, round(LEVELS * share / most)) for share in row] for row in zip(*shares, strict=True)],
    )


def _joined(shares: Sequence[float]) -> list[float]:
    """The first shares, and the sum of the others."""
    return [*shares[: SHOWN - 1], sum(shares[SHOWN - 1 :])]


def _labels(first: int) -> list[str]:
    return [*(str(first + place) for place in range(SHOWN - 1)), f"{first + SHOWN - 1}+"]
