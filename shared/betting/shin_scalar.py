"""Fair probabilities of one event without numpy, whose import costs 100 ms."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

_HALVINGS = 60


def fair_probabilities(prices: Sequence[Decimal]) -> tuple[float, ...]:
    """Fair probabilities by Shin's method, as `shared.betting.devig.shin` for one row; see there for references.

    >>> fair_probabilities([Decimal(2), Decimal(2)])
    (0.5, 0.5)
    """
    inverse = [1 / float(price) for price in prices]
    total, low, high = sum(inverse), 0.0, 0.5
    if total > 1:
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if sum(_given_insiders(inverse, total, middle)) > 1 else (low, middle)
        inverse = _given_insiders(inverse, total, (low + high) / 2)
    return tuple(share / sum(inverse) for share in inverse)


def _given_insiders(inverse: Sequence[float], total: float, insiders: float) -> list[float]:
    return [
        (sqrt(insiders**2 + 4 * (1 - insiders) * share**2 / total) - insiders) / (2 * (1 - insiders))
        for share in inverse
    ]
