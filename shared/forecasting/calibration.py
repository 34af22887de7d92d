"""Whether what was said to happen 60 times in 100 did: outcomes by the probability that they were given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

EDGES = (0.0, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 1.0)
"""Bounds of the buckets of favoured outcomes; a probability belongs to the bucket that begins at or below it."""
FIVE_POINTS = (*(step / 20 for step in range(19)), 1.0)
"""Bounds of the buckets of any outcome: 0, 0.05 … 0.90, 1."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Outcomes that had a probability from `low` up to `high`."""

    low: float
    high: float
    count: int
    forecast: float
    occurred: int


def buckets(cases: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> tuple[Bucket, ...]:
    """Cases (probability of an outcome, whether it came) by bucket; empty buckets are left out."""
    pairs = list(cases)
    found: list[Bucket] = []
    for low, high in pairwise(edges):
        inside = [(p, came) for p, came in pairs if low <= p < high or (high == edges[-1] and p == high)]
        if inside:
            found.append(Bucket(low, high, len(inside), fmean(p for p, _ in inside), sum(c for _, c in inside)))
    return tuple(found)
