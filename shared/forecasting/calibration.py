"""Reliability of forecasts: how often outcomes occurred, by bucket of forecast probability."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

EDGES = (0.0, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 1.0)
"""Bounds of the buckets for the favoured outcome; a bucket includes its lower bound."""
FIVE_POINT_EDGES = (*(step / 20 for step in range(19)), 1.0)
"""Bounds of the buckets for any outcome: 0, 0.05 … 0.90, 1."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Outcomes with a probability from `low` up to `high`: how many, their mean forecast, how many occurred."""

    low: float
    high: float
    count: int
    forecast: float
    occurred: int


def buckets(cases: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> tuple[Bucket, ...]:
    """Groups cases (probability of an outcome, whether it occurred) into buckets; empty buckets are omitted.

    >>> buckets([(0.42, True), (0.44, False)])
    (Bucket(low=0.4, high=0.45, count=2, forecast=0.43, occurred=1),)
    """
    pairs = list(cases)
    result: list[Bucket] = []
    for low, high in pairwise(edges):
        inside = [(p, occurred) for p, occurred in pairs if low <= p < high or (high == edges[-1] and p == high)]
        if inside:
            result.append(Bucket(low, high, len(inside), fmean(p for p, _ in inside), sum(o for _, o in inside)))
    return tuple(result)
