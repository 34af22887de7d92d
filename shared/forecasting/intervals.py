"""Confidence intervals of a mean and of a share, 95 % by default."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

_Z = 1.959963984540054


class Interval(NamedTuple):
    """An estimate with its confidence interval."""

    value: float
    low: float
    high: float


def mean_interval(values: Sequence[float], certainty: float = 0.95) -> Interval | None:
    """The mean with its interval by the normal approximation; None without any variance.

    >>> mean_interval([1.0, 2.0, 3.0]).value
    2.0
    """
    if len(values) < 2 or (spread := stdev(values)) == 0:
        return None
    mean, half = fmean(values), NormalDist().inv_cdf((1 + certainty) / 2) * spread / sqrt(len(values))
    return Interval(mean, mean - half, mean + half)


def share_interval(successes: int, trials: int) -> Interval | None:
    """A share with its Wilson interval; None without trials.

    Wilson, E. B. (1927), Probable Inference, the Law of Succession, and Statistical Inference, J. Am. Statistical
    Association 22(158), 209-212.
    """
    if trials == 0:
        return None
    share, square = successes / trials, _Z**2 / trials
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * sqrt(share * (1 - share) / trials + square / (4 * trials))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))
