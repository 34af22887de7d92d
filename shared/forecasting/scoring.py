"""Proper scoring rules of a forecast of home win, draw, away win. Smaller is better; each is the mean over matches."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ranked_probability_scores(forecast: ArrayLike, outcome: ArrayLike) -> NDArray[np.float64]:
    """Ranked probability score of each match, halved so that it lies in [0, 1].

    Epstein, E. S. (1969), A Scoring System for Probability Forecasts of Ranked Categories, J. Appl. Meteorology 8(6),
    985-987, divided by the number of categories less one, as in the Soccer Prediction Challenges.

    Args:
        forecast: probabilities of home win, draw, away win: shape (n, 3).
        outcome: 0 home win, 1 draw, 2 away win: shape (n,).
    """
    told, came = _cumulated(forecast, outcome)
    return ((told - came) ** 2).sum(axis=1) / 2


def log_losses(forecast: ArrayLike, outcome: ArrayLike) -> NDArray[np.float64]:
    """Minus the natural logarithm of the probability given to what happened, for each match. Arguments as above."""
    told, came = np.asarray(forecast, dtype=np.float64), np.asarray(outcome, dtype=np.int64)
    return -np.log(told[np.arange(len(came)), came])


def brier_scores(forecast: ArrayLike, outcome: ArrayLike) -> NDArray[np.float64]:
    """Sum of squared errors over the three outcomes, for each match (Brier 1950). Arguments as above."""
    told, came = np.asarray(forecast, dtype=np.float64), np.eye(3)[np.asarray(outcome, dtype=np.int64)]
    return ((told - came) ** 2).sum(axis=1)


def _cumulated(forecast: ArrayLike, outcome: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    told, came = np.asarray(forecast, dtype=np.float64), np.eye(3)[np.asarray(outcome, dtype=np.int64)]
    return told[:, :2].cumsum(axis=1), came[:, :2].cumsum(axis=1)
