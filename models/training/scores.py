"""How good forecasts of many matches are: scores, calibration error and paired intervals, on arrays.

Forecasts are probabilities of home win, draw and away win: (n, 3); outcomes 0, 1 or 2: (n,).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 10
RESAMPLES = 2000
SEED = 1


class Spread(NamedTuple):
    """A mean and the bounds between which it lies in 95 of 100 resamples."""

    value: float
    low: float
    high: float


def rps(forecast: Floats, outcome: Ints) -> Floats:
    """Ranked probability score of each match, halved so that it lies in [0, 1] (Epstein 1969)."""
    missed = (forecast - _happened(outcome)).cumsum(axis=1)[:, :2]
    return (missed**2).sum(axis=1) / 2


def log_loss(forecast: Floats, outcome: Ints) -> Floats:
    """Minus the natural logarithm of the probability given to what happened, of each match."""
    return -np.log(forecast[np.arange(len(outcome)), outcome])


def brier(forecast: Floats, outcome: Ints) -> Floats:
    """Sum of the squared errors over the three outcomes (Brier 1950), of each match."""
    return ((forecast - _happened(outcome)) ** 2).sum(axis=1)


def binary_log_loss(probability: Floats, happened: NDArray[np.bool_]) -> Floats:
    """Log loss of each forecast of an event that happens or not: (n,)."""
    return -np.log(np.where(happened, probability, 1 - probability))


def calibration_error(forecast: Floats, outcome: Ints) -> float:
    """Expected calibration error over all 3n pairs, one outcome against the rest, in ten bins of equal mass.

    Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015), Obtaining Well Calibrated Probabilities Using Bayesian
    Binning, AAAI 2015, 2901-2907, pooled over the outcomes.
    """
    order = np.argsort(forecast, axis=None, kind="stable")
    return _bin_error(_errors(forecast, outcome)[order])


def calibration_noise(forecast: Floats, *, simulations: int = 500) -> tuple[float, float]:
    """The calibration error that a perfect forecast has by luck alone: its mean, and what 95 in 100 stay below.

    Outcomes are drawn from the forecast itself, so the figures hold for as many matches as it has.
    """
    chance = np.random.default_rng(SEED)
    order = np.argsort(forecast, axis=None, kind="stable")
    bounds = forecast.cumsum(axis=1)[:, :2]
    found = np.empty(simulations)
    for place in range(simulations):
        drawn = (chance.random((len(forecast), 1)) > bounds).sum(axis=1)
        found[place] = _bin_error(_errors(forecast, drawn)[order])
    return float(found.mean()), float(np.quantile(found, 0.95))


def mean_spreads(values: Floats) -> list[Spread]:
    """The mean of each column of (n, columns) with its bootstrap interval; all columns share the resamples.

    Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, chapter 13 (percentiles). Columns that are
    differences between two forecasts of the same matches make it a paired interval.
    """
    chance = np.random.default_rng(SEED)
    n = len(values)
    means = np.empty((RESAMPLES, values.shape[1]))
    for place in range(RESAMPLES):
        drawn = np.bincount(chance.integers(n, size=n), minlength=n)
        means[place] = drawn @ values / n
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return [Spread(*(float(v) for v in of)) for of in zip(values.mean(axis=0), low, high, strict=True)]


def _happened(outcome: Ints) -> Floats:
    return np.eye(3)[outcome]


def _errors(forecast: Floats, outcome: Ints) -> Floats:
    return (forecast - _happened(outcome)).ravel()


def _bin_error(errors: Floats) -> float:
    """Mean size of the bins' mean errors, weighted by their sizes."""
    return float(sum(abs(of_bin.sum()) for of_bin in np.array_split(errors, BINS)) / len(errors))
