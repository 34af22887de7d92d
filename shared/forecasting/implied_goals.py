"""Goal rates implied by a market: the score grid that reproduces its fair probabilities.

A grid has three parameters (both goal rates and rho) and the market three free probabilities (home win, away win,
over 2.5). The fit is exact wherever such a grid exists, and every other market is derived from it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shared.forecasting.grid import RHO, win_and_over_slopes

_STEPS = 12
_NO_STEP = 1e-9
"""After a step as small the next one, which is of the order of its square, changes nothing."""
_LOWEST, _HIGHEST = np.array([-3.0, -3.0, -0.35]), np.array([2.0, 2.0, 0.35])
_ONE_STEP = np.array([0.6, 0.6, 0.1])


class ImpliedGoals(NamedTuple):
    """Goal rates and rho of n matches: three arrays of shape (n,)."""

    home_rate: NDArray[np.float64]
    away_rate: NDArray[np.float64]
    rho: NDArray[np.float64]


def implied_goals(outcome: ArrayLike, over_25: ArrayLike) -> ImpliedGoals:
    """Fits grid parameters to fair probabilities, by Gauss-Newton steps on log rates and rho.

    Args:
        outcome: fair probabilities of home win, draw, away win: shape (n, 3).
        over_25: fair probability of three goals or more: shape (n,); where NaN, rho stays at `RHO`.
    """
    wins, over = np.asarray(outcome, dtype=np.float64), np.asarray(over_25, dtype=np.float64)
    priced = ~np.isnan(over)
    target = np.column_stack([wins[:, 0], wins[:, 2], np.where(priced, over, 0.0)])
    mask = np.column_stack([np.ones(len(wins)), np.ones(len(wins)), priced])
    lead = 1.3 * (wins[:, 0] - wins[:, 2])
    parameters: NDArray[np.float64] = np.column_stack(
        [np.log(np.maximum(1.35 + lead, 0.15)), np.log(np.maximum(1.35 - lead, 0.15)), np.full(len(wins), RHO)]
    )
    moving = np.arange(len(wins))
    for _ in range(_STEPS):
        before, free = parameters[moving], mask[moving]
        fitted, slopes = win_and_over_slopes(before)
        missed, slopes = target[moving] - free * fitted, free[:, :, None] * slopes * free[:, None, :]
        across = slopes.transpose(0, 2, 1)
        step = np.linalg.solve(across @ slopes + 1e-10 * np.eye(3), across @ missed[..., None])[..., 0]
        parameters[moving] = np.clip(before + np.clip(step, -_ONE_STEP, _ONE_STEP), _LOWEST, _HIGHEST)
        moving = moving[np.abs(parameters[moving] - before).max(axis=1) > _NO_STEP]
    return ImpliedGoals(np.exp(parameters[:, 0]), np.exp(parameters[:, 1]), parameters[:, 2])


def implied_log_goals(outcome: ArrayLike, over_25: ArrayLike) -> NDArray[np.float64]:
    """As `implied_goals`, but log rates and rho: (n, 3); a row of `outcome` with a NaN gives NaN."""
    wins, over = np.asarray(outcome, dtype=np.float64).reshape(-1, 3), np.asarray(over_25, dtype=np.float64)
    log_goals = np.full((len(wins), 3), np.nan)
    priced = ~np.isnan(wins).any(axis=1)
    goals = implied_goals(wins[priced], over[priced])
    log_goals[priced] = np.column_stack([np.log(goals.home_rate), np.log(goals.away_rate), goals.rho])
    return log_goals
