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
BLOCK = 20
"""Resamples that are drawn at once."""
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
    bins = _bins(forecast)
    return _bin_error(_expected(forecast, bins), bins, outcome)


def calibration_noise(forecast: Floats, *, simulations: int = 500, share: float = 0.95) -> tuple[float, float]:
    """Calibration error of a perfect forecast by chance: its mean and its quantile `share`.

    Outcomes are simulated from the forecast itself, so the values apply to its number of matches.
    """
    rng = np.random.default_rng(SEED)
    bins = _bins(forecast)
    expected = _expected(forecast, bins)
    home, home_or_draw, _ = forecast.cumsum(axis=1).T.copy()
    errors = np.empty(simulations)
    for i in range(simulations):
        chance = rng.random(len(forecast))
        drawn = np.add(chance > home, chance > home_or_draw, dtype=np.int64)
        errors[i] = _bin_error(expected, bins, drawn)
    return float(errors.mean()), float(np.quantile(errors, share))


def bootstrap_means(values: Floats) -> list[Interval]:
    """The mean of each column of (n, columns) with its bootstrap interval; all columns share the resamples.

    Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, chapter 13 (percentiles). For a paired
    interval, pass the differences between two forecasts of the same matches.
    """
    rng = np.random.default_rng(SEED)
    n = len(values)
    means = np.empty((RESAMPLES, values.shape[1]))
    offsets = n * np.arange(BLOCK)[:, None]
    for start in range(0, RESAMPLES, BLOCK):
        drawn = rng.integers(n, size=(BLOCK, n)) + offsets
        counts = np.bincount(drawn.ravel(), minlength=BLOCK * n).reshape(BLOCK, 1, n)
        # A product for each resample: for a single one BLAS starts threads, which cost more than they save.
        means[start : start + BLOCK] = (counts @ values)[:, 0] / n
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return [Interval(*(float(v) for v in column)) for column in zip(values.mean(axis=0), low, high, strict=True)]


def _score_each(rule: Callable[[Sequence[float], int], float], forecast: Floats, outcome: Ints) -> Floats:
    """A scoring rule, match by match."""
    return np.array(
        [rule(probabilities, actual) for probabilities, actual in zip(forecast.tolist(), outcome.tolist(), strict=True)]
    )


def _bins(forecast: Floats) -> Ints:
    """The bin of each of the 3n pairs, by the size of its probability: (n, 3)."""
    bins = np.empty(forecast.size, dtype=np.int64)
    for number, pairs in enumerate(np.array_split(np.argsort(forecast, axis=None, kind="stable"), BINS)):
        bins[pairs] = number
    return bins.reshape(forecast.shape)


def _expected(forecast: Floats, bins: Ints) -> Floats:
    """Expected number of pairs that come true, by bin."""
    return np.array([forecast[bins == number].sum() for number in range(BINS)])


def _bin_error(expected: Floats, bins: Ints, outcome: Ints) -> float:
    """Mean absolute value of the bins' mean errors, weighted by bin size."""
    came_true = np.bincount(bins[np.arange(len(bins)), outcome], minlength=BINS)
    return float(np.abs(expected - came_true).sum() / bins.size)
