"""What moved a forecast: the average match, and what each group of columns adds to it; together they make the forecast.

A group's effect is its Shapley value (Shapley, L. S. (1953), A Value for n-Person Games, Contributions to the Theory of
Games II, Princeton, 307-317): the groups become known in every order, and what a group then adds is averaged. What is
not known yet stands as in the average match (Lundberg, S. and Lee, S.-I. (2017), A Unified Approach to Interpreting
Model Predictions, NeurIPS 30; Janzing, D., Minorics, L. and Blöbaum, P. (2020), Feature Relevance Quantification in
Explainable AI: A Causal Problem, AISTATS; with one reference as here: Sundararajan, M. and Najmi, A. (2020), The Many
Shapley Values for Model Explanation, ICML). Groups are few, so that every coalition is asked and nothing is sampled.
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
    "chances": ("chances", "shots"),
    "results": ("elo", "pi"),
    "form": ("luck", "surprise", "last_surprise", "drift"),
    "rest": ("days_rested",),
    "stakes": ("played", "matches_left", "rank", "off"),
    "division": ("moved_up",),
}
"""How the columns of each group begin. `at_home` is in none: home advantage is in the average match.

The names are kept with forecasts, which are never changed: one that was published stays in the catalogue.
"""

_IN_GROUP = np.array([[name.startswith(starts) for name in COLUMNS] for starts in GROUPS.values()])


def shapley(worth: Floats) -> Floats:
    """What each of g members adds: (…, 2**g, k) → (…, g, k); they sum to the worth of all less that of none.

    Args:
        worth: of every coalition; member i belongs to those whose place has bit i set.
    """
    members = worth.shape[-2].bit_length() - 1
    inside = _coalitions(members)
    size = inside.sum(axis=1)
    orders = np.array([comb(members - 1, of) for of in range(members)])
    joined, left = np.maximum(size - 1, 0), np.minimum(size, members - 1)
    weights = np.where(inside.T, 1 / orders[joined], -1 / orders[left]) / members
    return weights @ worth


def effects(rows: Floats, average: Floats, told: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """What the average match is told, and what each of `GROUPS` adds to it in n matches: (k,) and (n, g, k).

    Args:
        rows: of the matches: (n, 2, columns).
        average: rows of the average match, from the home side and from the away side: (2, columns).
        told: the forecast: (m, 2, columns) → (m, k).
    """
    known = _coalitions(len(GROUPS)) @ _IN_GROUP
    asked = np.where(known[:, None, :], rows[:, None], average)
    worth = told(asked.reshape(-1, *average.shape)).reshape(len(rows), len(known), -1)
    return told(average[None])[0], shapley(worth)


def _coalitions(members: int) -> NDArray[np.bool_]:
    """Who is in each coalition: (2**members, members)."""
    return (np.arange(1 << members)[:, None] >> np.arange(members)) & 1 == 1
