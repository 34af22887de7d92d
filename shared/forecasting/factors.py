"""Attribution of a forecast: the average match plus the Shapley value of each group of features.

A group's effect is its mean contribution over all orders in which the groups become known (Shapley, L. S. (1953), A
Value for n-Person Games, Contributions to the Theory of Games II, Princeton, 307-317). Unknown groups take their values
from the average match (Lundberg, S. and Lee, S.-I. (2017), A Unified Approach to Interpreting Model Predictions,
NeurIPS 30; Janzing, D., Minorics, L. and Blöbaum, P. (2020), Feature Relevance Quantification in Explainable AI: A
Causal Problem, AISTATS; with a single reference: Sundararajan, M. and Najmi, A. (2020), The Many Shapley Values for
Model Explanation, ICML). The values are exact: every coalition is computed.
"""

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import NDArray

from shared.forecasting.features import COLUMNS

Floats = NDArray[np.float64]

GROUPS = {
    "lines": ("market",),
    "goals": ("goals",),
    "chances": ("chances", "shots", "corners"),
    "results": ("elo", "pi"),
    "form": ("luck", "surprise", "last_surprise", "drift"),
    "rest": ("days_rested",),
    "stakes": ("played", "matches_left", "rank", "off"),
    "division": ("moved_up",),
}
"""Column prefixes of each group. `at_home` is in none: home advantage is part of the average match.

The group names are stored with forecasts, which are immutable: a published name must stay in the translations.
"""

_IN_GROUP = np.array([[name.startswith(starts) for name in COLUMNS] for starts in GROUPS.values()])


def shapley(worth: Floats) -> Floats:
    """Shapley values of g members: (…, 2**g, k) → (…, g, k). They sum to the worth of all minus that of none.

    Args:
        worth: of every coalition; member i belongs to the coalitions whose index has bit i set.
    """
    members = worth.shape[-2].bit_length() - 1
    inside = _coalitions(members)
    size = inside.sum(axis=1)
    orders = np.array([comb(members - 1, k) for k in range(members)])
    joined, left = np.maximum(size - 1, 0), np.minimum(size, members - 1)
    weights = np.where(inside.T, 1 / orders[joined], -1 / orders[left]) / members
    return weights @ worth


def effects(rows: Floats, average: Floats, predict: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """The forecast of the average match, and the effect of each of `GROUPS` in n matches: (k,) and (n, g, k).

    Args:
        rows: features of the matches: (n, 2, columns).
        average: features of the average match, home side and away side: (2, columns).
        predict: the forecast: (m, 2, columns) → (m, k).
    """
    is_known = _coalitions(len(GROUPS)) @ _IN_GROUP
    inputs = np.where(is_known[:, None, :], rows[:, None], average)
    worth = predict(inputs.reshape(-1, *average.shape)).reshape(len(rows), len(is_known), -1)
    return predict(average[None])[0], shapley(worth)


def _coalitions(members: int) -> NDArray[np.bool_]:
    """Membership of each coalition: (2**members, members)."""
    return (np.arange(1 << members)[:, None] >> np.arange(members)) & 1 == 1
