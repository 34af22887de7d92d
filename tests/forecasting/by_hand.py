"""Every market worked out by plain sums over scores, from the definitions alone: none of our code is called.

Expected goals and their dependence become P(home goals = i, away goals = j) by the formula of Dixon and Coles (1997),
equation 4.2. Each market is then the sum over the scores that win it.
"""

from collections.abc import Callable, Iterable
from math import comb, exp, factorial, floor

Score = tuple[int, int]
Scores = dict[Score, float]
"""The probability of each score, home goals first."""

MOST = 15
BEFORE_HALF_TIME = 0.441
"""Share of the goals that fall before half-time (docs/understand/data.md)."""


def scores(home: float, away: float, rho: float) -> Scores:
    """The probability of each score up to 15 goals a side, summing to 1."""
    low = {(0, 0): 1 - home * away * rho, (0, 1): 1 + home * rho, (1, 0): 1 + away * rho, (1, 1): 1 - rho}
    grid = {
        (i, j): low.get((i, j), 1.0) * exp(-home) * home**i / factorial(i) * exp(-away) * away**j / factorial(j)
        for i in range(MOST + 1)
        for j in range(MOST + 1)
    }
    whole = sum(grid.values())
    return {score: probability / whole for score, probability in grid.items()}


def at_half_time(grid: Scores) -> Scores:
    """The probability of each score at half-time: each goal falls before it with the same probability."""
    result = dict.fromkeys(grid, 0.0)
    for (i, j), probability in grid.items():
        for before_i in range(i + 1):
            for before_j in range(j + 1):
                result[before_i, before_j] += probability * _before(i, before_i) * _before(j, before_j)
    return result


def _before(goals: int, before: int) -> float:
    return comb(goals, before) * BEFORE_HALF_TIME**before * (1 - BEFORE_HALF_TIME) ** (goals - before)


def chance(grid: Scores, wins: Callable[[int, int], bool]) -> float:
    """The probability of the scores for which something is so."""
    return sum(probability for (i, j), probability in grid.items() if wins(i, j))


def line_bet(grid: Scores, line: float, margin: Callable[[int, int], float]) -> dict[str, float | None]:
    """How a bet on a line ends, and its fair prices: for it and against it.

    Args:
        of: the scores.
        line: a multiple of a quarter; a quarter line is half the stake on each of the two lines beside it.
        margin: by how much a score lies beyond a line of 0: the total less nothing, or the home side's lead.
    """
    halves = (line, line) if (2 * line).is_integer() else (floor(2 * line) / 2, floor(2 * line) / 2 + 0.5)
    names = {4: "won", 3: "half_won", 2: "push", 1: "half_lost", 0: "lost"}
    shares: dict[str, float] = dict.fromkeys(names.values(), 0.0)
    paid = lost = 0.0
    for (i, j), probability in grid.items():
        ends = [(beyond > 0) - (beyond < 0) for beyond in (margin(i, j) - half for half in halves)]
        shares[names[sum(ends) + 2]] += probability
        paid += probability * ends.count(1) / 2
        lost += probability * ends.count(-1) / 2
    return {"line": line, **shares, "fair_price": 1 + lost / paid, "fair_price_against": 1 + paid / lost}


def quarters(first: float, last: float) -> Iterable[float]:
    """The lines from one to another, a quarter apart."""
    return (first + step / 4 for step in range(round(4 * (last - first)) + 1))
