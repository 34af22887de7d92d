"""Proper scoring rules of a forecast of home win, draw and away win of one match. Smaller is better."""

from collections.abc import Sequence
from math import log


def ranked_probability_score(forecast: Sequence[float], outcome: int) -> float:
    """Ranked probability score, halved so that it lies in [0, 1].

    Epstein, E. S. (1969), A Scoring System for Probability Forecasts of Ranked Categories, J. Appl. Meteorology 8(6),
    985-987, divided by the number of categories less one, as in the Soccer Prediction Challenges.

    Args:
        forecast: probabilities of home win, draw, away win.
        outcome: 0 home win, 1 draw, 2 away win.

    >>> ranked_probability_score((0.5, 0.25, 0.25), 0)
    0.15625
    """
    home, home_or_draw = forecast[0], forecast[0] + forecast[1]
    return ((home - (outcome < 1)) ** 2 + (home_or_draw - (outcome < 2)) ** 2) / 2


def log_loss(forecast: Sequence[float], outcome: int) -> float:
    """Minus the natural logarithm of the probability given to what happened. Arguments as above."""
    return -log(forecast[outcome])


def brier_score(forecast: Sequence[float], outcome: int) -> float:
    """Sum of the squared errors over the three outcomes (Brier 1950). Arguments as above."""
    return sum((p - (place == outcome)) ** 2 for place, p in enumerate(forecast))
