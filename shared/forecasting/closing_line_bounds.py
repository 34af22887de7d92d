"""How unsure a forecast is that no price of the match supports, and which clubs are too new to be known.

It is measured against the closing line, the best that is ever known of a match: the bounds are those between which its
probability lies in 95 matches of 100 (`python -m models.training.newcomers`; docs/data.md says what came of it).
"""

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.grid import outcomes
from shared.forecasting.strengths import Strengths

Floats = NDArray[np.float64]

NEWCOMER = 2
"""A club of which fewer matches were seen is a newcomer; from then on its forecasts are as near the close as others."""
LEAD_VARIANCE, SUM_VARIANCE, RHO_VARIANCE = 0.15**2, 0.09**2, 0.035**2
"""Of the close's difference and sum of log goal rates about ours, and of its rho."""
NEWCOMER_VARIANCE = 0.035
"""What each newcomer in a match adds to the first two."""
_Z = 1.959963984540054


def is_newcomer(strengths: Strengths, team_id: int) -> bool:
    """Whether too little has been seen of a club to tell it from an average one."""
    club = strengths.clubs.get(team_id)
    return club is None or (club.tier_before == 0 and club.played < NEWCOMER)


def bounds(goals: Floats, newcomers: NDArray[np.int64]) -> Floats:
    """Between which probabilities of home win, draw, away win the line will close: (n, 3, 2), low and high.

    Args:
        goals: log goal rates and rho by what is known of the clubs: (n, 3).
        newcomers: how many of the two clubs are: (n,).
    """
    added = NEWCOMER_VARIANCE * newcomers[:, None]
    steps = (
        np.sqrt(LEAD_VARIANCE + added) * [0.5, -0.5, 0.0],
        np.sqrt(SUM_VARIANCE + added) * [0.5, 0.5, 0.0],
        np.sqrt(RHO_VARIANCE) * np.array([0.0, 0.0, 1.0]),
    )
    moved = [(outcomes(goals + step) - outcomes(goals - step)) / 2 for step in steps]
    half = _Z * np.sqrt(np.square(moved).sum(axis=0))
    told = outcomes(goals)
    return np.clip(np.stack([told - half, told + half], axis=-1), 0.0, 1.0)
