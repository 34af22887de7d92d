"""The score grid: the probability of every score, from which every market is derived.

Dixon, M. J. and Coles, S. G. (1997), Modelling Association Football Scores and Inefficiencies in the Football Betting
Market, Applied Statistics 46(2), 265-280: independent Poisson goals, with the four lowest scores corrected by rho
(their equation 4.2).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Grid = NDArray[np.float64]

SIZE = 16
"""Goals per side in a grid, 0 to 15. At 5 expected goals the rest is 7 in 100,000; normalization spreads it."""

RHO = -0.07
"""Default dependence of the low scores: the mean that opening prices of 2019-23 imply."""

_GOALS = np.arange(SIZE)
_LOG_FACTORIALS = np.concatenate([[0.0], np.cumsum(np.log(_GOALS[1:]))])


def poisson(rate: ArrayLike) -> Grid:
    """Probability of 0 … 15 goals at given rates: shape (…) → (…, 16); each row sums to 1.

    Raises:
        ValueError: a rate is not positive and finite.
    """
    rates = np.asarray(rate, dtype=np.float64)[..., None]
    if not np.all((rates > 0) & np.isfinite(rates)):
        raise ValueError("a goal rate must be positive and finite")
    mass = np.exp(_GOALS * np.log(rates) - rates - _LOG_FACTORIALS)
    return mass / mass.sum(axis=-1, keepdims=True)


def score_grid(home_rate: ArrayLike, away_rate: ArrayLike, rho: ArrayLike) -> Grid:
    """Probability of every score: shape (…) → (…, 16, 16), rows the home side's goals; each grid sums to 1.

    Args:
        home_rate: expected goals of the home side.
        away_rate: expected goals of the away side.
        rho: dependence of the low scores; a negative one makes draws likelier. Clipped to the bounds of the paper's
            equation 4.2, so that no cell is negative.
    """
    home, away = np.asarray(home_rate, dtype=np.float64), np.asarray(away_rate, dtype=np.float64)
    grid = poisson(home)[..., :, None] * poisson(away)[..., None, :]
    bound = np.clip(rho, np.maximum(-1 / home, -1 / away), np.minimum(1 / (home * away), 1.0))
    grid[..., 0, 0] *= 1 - home * away * bound
    grid[..., 0, 1] *= 1 + home * bound
    grid[..., 1, 0] *= 1 + away * bound
    grid[..., 1, 1] *= 1 - bound
    return grid / grid.sum(axis=(-2, -1), keepdims=True)


def outcome_probabilities(grid: Grid) -> Grid:
    """Home win, draw, away win: shape (…, 16, 16) → (…, 3)."""
    draw = np.trace(grid, axis1=-2, axis2=-1)
    home = np.tril(grid, -1).sum(axis=(-2, -1))
    away = np.maximum(1 - home - draw, 0.0)  # rounding may leave less than nothing where the away side cannot win
    return np.stack([home, draw, away], axis=-1)


def over_probability(grid: Grid, line: float) -> Grid:
    """Probability of more goals than a half line (2.5): shape (…, 16, 16) → (…)."""
    total = _GOALS[:, None] + _GOALS
    return np.where(total > line, grid, 0.0).sum(axis=(-2, -1))


def win_and_over(goals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Home win, away win and over 2.5 of grids given by log rates and rho: (n, 3) → (n, 3).

    Equals `score_grid` within the bounds of rho, without building the grids: rho changes only four cells, by amounts
    that sum to 0.
    """
    home_rate, away_rate, rho = np.exp(goals[:, 0]), np.exp(goals[:, 1]), goals[:, 2]
    home, away = poisson(home_rate), poisson(away_rate)
    win, loss, under = _win_loss_under(home, away)
    at_one_nil, at_nil_one = home[:, 1] * away[:, 0] * away_rate * rho, home[:, 0] * away[:, 1] * home_rate * rho
    return np.column_stack([win + at_one_nil, loss + at_nil_one, 1 - under])


def win_and_over_slopes(goals: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """As `win_and_over`, with the derivatives by both log rates and rho: (n, 3, 3), the last axis the parameters.

    The derivative of a Poisson mass by its log rate is the mass times the number of goals beyond their mean.
    """
    home_rate, away_rate, rho = np.exp(goals[:, 0]), np.exp(goals[:, 1]), goals[:, 2]
    home, away = poisson(home_rate), poisson(away_rate)
    more_home, more_away = (mass * (_GOALS - (mass * _GOALS).sum(axis=1, keepdims=True)) for mass in (home, away))
    win, loss, under = _win_loss_under(home, away)
    of_home, of_away = _win_loss_under(more_home, away), _win_loss_under(home, more_away)
    one_nil, nil_one = home[:, 1] * away[:, 0] * away_rate, home[:, 0] * away[:, 1] * home_rate
    slopes = [
        of_home[0] + more_home[:, 1] * away[:, 0] * away_rate * rho,
        of_away[0] + home[:, 1] * (more_away[:, 0] + away[:, 0]) * away_rate * rho,
        one_nil,
        of_home[1] + (more_home[:, 0] + home[:, 0]) * away[:, 1] * home_rate * rho,
        of_away[1] + home[:, 0] * more_away[:, 1] * home_rate * rho,
        nil_one,
        -of_home[2],
        -of_away[2],
        np.zeros(len(goals)),
    ]
    values = np.column_stack([win + one_nil * rho, loss + nil_one * rho, 1 - under])
    return values, np.stack(slopes, axis=-1).reshape(-1, 3, 3)


def _win_loss_under(home: Grid, away: Grid) -> tuple[Grid, Grid, Grid]:
    """Home win, away win and under 2.5 of independent goals: twice (n, 16) → three times (n,)."""
    below_away, below_home = away.cumsum(axis=1)[:, :-1], home.cumsum(axis=1)[:, :-1]
    under = home[:, 0] * away[:, :3].sum(axis=1) + home[:, 1] * away[:, :2].sum(axis=1) + home[:, 2] * away[:, 0]
    return (home[:, 1:] * below_away).sum(axis=1), (away[:, 1:] * below_home).sum(axis=1), under


def outcomes(goals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Home win, draw, away win of grids given by log rates and rho, within the bounds of rho: (n, 3) → (n, 3)."""
    probabilities = win_and_over(goals)
    return np.column_stack([probabilities[:, 0], 1 - probabilities[:, 0] - probabilities[:, 1], probabilities[:, 1]])
