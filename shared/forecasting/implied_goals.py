"""What a market thinks of the goals: the score grid that gives back its fair probabilities.

Three numbers make a grid (both goal rates and rho) and three a market (home win, away win, over 2.5), so the grid
repeats the market exactly wherever one exists, and every other market follows from it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shared.forecasting.grid import RHO, win_and_over

_STEPS = 12
_NUDGE = 1e-5
_LOWEST, _HIGHEST = np.array([-3.0, -3.0, -0.35]), np.array([2.0, 2.0, 0.35])
_ONE_STEP = np.array([0.6, 0.6, 0.1])


class ImpliedGoals(NamedTuple):
    """Goal rates and rho of n matches: three arrays of shape (n,)."""

    home_rate: NDArray[np.float64]
    away_rate: NDArray[np.float64]
    rho: NDArray[np.float64]


def implied_goals(outcome: ArrayLike, over_25: ArrayLike) -> ImpliedGoals:
    """The grid parameters that fit fair probabilities best, by Gauss-Newton steps on log rates and rho.

    Args:
        outcome: fair probabilities of home win, draw, away win: shape (n, 3).
        over_25: fair probability of three goals or more: shape (n,); NaN where no totals are priced, and rho then
            stays at the usual `RHO`.
    """
    wins, over = np.asarray(outcome, dtype=np.float64), np.asarray(over_25, dtype=np.float64)
    priced = ~np.isnan(over)
    target = np.column_stack([wins[:, 0], wins[:, 2], np.where(priced, over, 0.0)])
    known = np.column_stack([np.ones(len(wins)), np.ones(len(wins)), priced])
    free = known[:, None, :]
    lead = 1.3 * (wins[:, 0] - wins[:, 2])
    at: NDArray[np.float64] = np.column_stack(
        [np.log(np.maximum(1.35 + lead, 0.15)), np.log(np.maximum(1.35 - lead, 0.15)), np.full(len(wins), RHO)]
    )
    for _ in range(_STEPS):
        told = known * win_and_over(at)
        slopes = (
            np.stack([(known * win_and_over(at + nudge) - told) / _NUDGE for nudge in _NUDGE * np.eye(3)], axis=-1)
            * free
        )
        across = slopes.transpose(0, 2, 1)
        step = np.linalg.solve(across @ slopes + 1e-10 * np.eye(3), across @ (target - told)[..., None])[..., 0]
        at = np.clip(at + np.clip(step, -_ONE_STEP, _ONE_STEP), _LOWEST, _HIGHEST).astype(np.float64)
    return ImpliedGoals(np.exp(at[:, 0]), np.exp(at[:, 1]), at[:, 2])


def log_goals_of(outcome: ArrayLike, over_25: ArrayLike) -> NDArray[np.float64]:
    """The same as log rates and rho: (n, 3); a row of `outcome` with a NaN gives NaN."""
    wins, over = np.asarray(outcome, dtype=np.float64).reshape(-1, 3), np.asarray(over_25, dtype=np.float64)
    told = np.full((len(wins), 3), np.nan)
    known = ~np.isnan(wins).any(axis=1)
    goals = implied_goals(wins[known], over[known])
    told[known] = np.column_stack([np.log(goals.home_rate), np.log(goals.away_rate), goals.rho])
    return told
