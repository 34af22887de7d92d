"""Uncertainty of forecasts from ratings alone, and which clubs are newcomers.

It is measured against the closing line, the best known estimate: its probabilities lie between the bounds in 95 matches
of 100 (`python -m models.training.newcomers`; results in docs/understand/data.md).
"""

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.grid import outcomes
from shared.forecasting.strengths import Strengths

Floats = NDArray[np.float64]

NEWCOMER_MATCHES = 2
"""A club with fewer matches is a newcomer; with more, its forecasts are as near the close as those of others."""
LEAD_VARIANCE, SUM_VARIANCE, RHO_VARIANCE = 0.135**2, 0.09**2, 0.035**2
"""Of the difference and the sum of log goal rates, and of rho: closing line minus forecast."""
NEWCOMER_VARIANCE = 0.035
"""Added to the first two for each newcomer in a match."""
_Z = 1.959963984540054


def is_newcomer(strengths: Strengths, team_id: int) -> bool:
    """Whether a club has too few matches to distinguish it from an average one."""
    club = strengths.clubs.get(team_id)
    return club is None or (club.tier_before == 0 and club.played < NEWCOMER_MATCHES)


def bounds(goals: Floats, newcomers: NDArray[np.int64]) -> Floats:
    """95 % bounds of the closing probabilities of home win, draw, away win: (n, 3, 2), low and high.

    Args:
        goals: forecast log goal rates and rho: (n, 3).
        newcomers: number of newcomers among the two clubs: (n,).
    """
    added = NEWCOMER_VARIANCE * newcomers[:, None]
    steps = (
        np.sqrt(LEAD_VARIANCE + added) * [0.5, -0.5, 0.0],
        np.sqrt(SUM_VARIANCE + added) * [0.5, 0.5, 0.0],
        np.sqrt(RHO_VARIANCE) * np.array([0.0, 0.0, 1.0]),
    )
    moved = [(outcomes(goals + step) - outcomes(goals - step)) / 2 for step in steps]
    half = _Z * np.sqrt(np.square(moved).sum(axis=0))
    probabilities = outcomes(goals)
    return np.clip(np.stack([probabilities - half, probabilities + half], axis=-1), 0.0, 1.0)
