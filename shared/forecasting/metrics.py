"""Metrics of forecasts of many matches: scores, calibration error and bootstrap intervals, on arrays.

Forecasts are probabilities of home win, draw and away win: (n, 3); outcomes 0, 1 or 2: (n,).
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from shared.forecasting import scoring_rules
from shared.forecasting.intervals import Interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 10
RESAMPLES = 2000
SEED = 1


def rps(forecast: Floats, outcome: Ints) -> Floats:
    """Ranked probability score of each match."""
    return _score_each(scoring_rules.ranked_probability_score, forecast, outcome)


def distance(forecast: Floats, closing: Floats) -> Floats:
    """The ranked probability score that each forecast is expected to lose to the closing line if that is correct.

    It is the divergence of the score (Gneiting, T. and Raftery, A. E. (2007), Strictly Proper Scoring Rules,
    Prediction, and Estimation, J. American Statistical Association 102, 359-378), and needs no results.

    Args:
        forecast: probabilities of home win, draw, away win: (n, 3).
        closing: fair closing probabilities: (n, 3).
    """
    return ((forecast - closing).cumsum(axis=1)[:, :2] ** 2).sum(axis=1) / 2


def log_loss(forecast: Floats, outcome: Ints) -> Floats:
    """Log loss of each match."""
    return _score_each(scoring_rules.log_loss, forecast, outcome)


def brier(forecast: Floats, outcome: Ints) -> Floats:
    """Brier score of each match."""
    return _score_each(scoring_rules.brier_score, forecast, outcome)


def binary_log_loss(probability: Floats, happened: NDArray[np.bool_]) -> Floats:
    """Log loss of each forecast of an event that happens or not: (n,)."""
    return -np.log(np.where(happened, probability, 1 - probability))


def calibration_error(forecast: Floats, outcome: Ints) -> float:
    """Expected calibration error over all 3n pairs, one outcome against the rest, in ten bins of equal mass.

    Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015), Obtaining Well Calibrated Probabilities Using Bayesian
    Binning, AAAI 2015, 2901-2907, pooled over the outcomes.
    """
    return _bin_error(_errors(forecast, outcome)[_by_size(forecast)])


def calibration_noise(forecast: Floats, *, simulations: int = 500, share: float = 0.95) -> tuple[float, float]:
    """Calibration error of a perfect forecast by chance: its mean and its quantile `share`.

    Outcomes are simulated from the forecast itself, so the values apply to its number of matches.
    """
    rng = np.random.default_rng(SEED)
    order = _by_size(forecast)
    bounds = forecast.cumsum(axis=1)[:, :2]
    errors = np.empty(simulations)
    for i in range(simulations):
        drawn = (rng.random((len(forecast), 1)) > bounds).sum(axis=1)
        errors[i] = _bin_error(_errors(forecast, drawn)[order])
    return float(errors.mean()), float(np.quantile(errors, share))


def bootstrap_means(values: Floats) -> list[Interval]:
    """The mean of each column of (n, columns) with its bootstrap interval; all columns share the resamples.

    Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, chapter 13 (percentiles). For a paired
    interval, pass the differences between two forecasts of the same matches.
    """
    rng = np.random.default_rng(SEED)
    n = len(values)
    means = np.empty((RESAMPLES, values.shape[1]))
    for i in range(RESAMPLES):
        drawn = np.bincount(rng.integers(n, size=n), minlength=n)
        means[i] = drawn @ values / n
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return [Interval(*(float(v) for v in column)) for column in zip(values.mean(axis=0), low, high, strict=True)]


def _score_each(rule: Callable[[Sequence[float], int], float], forecast: Floats, outcome: Ints) -> Floats:
    """A scoring rule, match by match."""
    return np.array(
        [rule(probabilities, actual) for probabilities, actual in zip(forecast.tolist(), outcome.tolist(), strict=True)]
    )


def _by_size(forecast: Floats) -> Ints:
    return np.argsort(forecast, axis=None, kind="stable")


def _errors(forecast: Floats, outcome: Ints) -> Floats:
    """Forecast minus outcome (0 or 1), of all 3n pairs."""
    return (forecast - np.eye(3)[outcome]).ravel()


def _bin_error(errors: Floats) -> float:
    """Mean absolute value of the bins' mean errors, weighted by bin size."""
    return float(sum(abs(bin_errors.sum()) for bin_errors in np.array_split(errors, BINS)) / len(errors))
