"""Whether what was said to happen 60 times in 100 did: forecasts by the probability of the favoured outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

EDGES = (0.0, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 1.0)
"""Bounds of the buckets; a probability belongs to the bucket that begins at or below it."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Forecasts whose favoured outcome had a probability from `low` up to `high`."""

    low: float
    high: float
    count: int
    forecast: float
    came: int


def buckets(cases: Iterable[tuple[float, bool]]) -> tuple[Bucket, ...]:
    """Cases (probability of the favoured outcome, whether it came) by bucket; empty buckets are left out."""
    listed = list(cases)
    found: list[Bucket] = []
    for low, high in pairwise(EDGES):
        inside = [(p, came) for p, came in listed if low <= p < high or (high == EDGES[-1] and p == high)]
        if inside:
            found.append(Bucket(low, high, len(inside), fmean(p for p, _ in inside), sum(c for _, c in inside)))
    return tuple(found)
