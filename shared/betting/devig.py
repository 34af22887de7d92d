"""Removing the bookmaker's margin from prices (devigging)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_HALVINGS = 60


def shin(prices: ArrayLike) -> NDArray[np.float64]:
    """Fair probabilities by Shin's model of insider trading.

    Shin, H. S. (1993), Measuring the Incidence of Insider Trading in a Market for State-Contingent Claims, Economic
    Journal 103, 1141-1153; solved for the share z of insiders as in Jullien, B. and Salanié, B. (1994), Measuring the
    Incidence of Insider Trading: A Comment on Shin, Economic Journal 104, 1418-1419, by bisection so that the
    probabilities sum to 1. For z = 0 this is plain normalisation; prices without a margin are only normalised.

    Args:
        prices: decimal odds, one event per row: shape (n, k). A row with a NaN gives NaN.

    Returns:
        Probabilities of shape (n, k), in the order of the prices.
    """
    decimal = np.asarray(prices, dtype=np.float64)
    shares, complete = np.full_like(decimal, np.nan), ~np.isnan(decimal).any(axis=1)
    # Outcomes first: NumPy adds a few long rows faster than many short ones.
    inverse: NDArray[np.float64] = np.reciprocal(np.ascontiguousarray(decimal[complete].T))
    total: NDArray[np.float64] = inverse.sum(axis=0)
    low: NDArray[np.float64] = np.zeros_like(total)
    high: NDArray[np.float64] = np.full_like(total, 0.5)
    squared: NDArray[np.float64] = inverse**2
    for _ in range(_HALVINGS):
        middle: NDArray[np.float64] = (low + high) / 2
        too_much = _given_insiders(squared, total, middle).sum(axis=0) > 1
        low, high = np.where(too_much, middle, low), np.where(too_much, high, middle)
    fair = np.where(total > 1, _given_insiders(squared, total, (low + high) / 2), inverse)
    shares[complete] = (fair / fair.sum(axis=0)).T
    return shares


def _given_insiders(
    squared: NDArray[np.float64], total: NDArray[np.float64], insiders: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probabilities of each outcome before normalisation, from the squares of the inverse prices: (k, n)."""
    root = np.sqrt(insiders**2 + 4 * (1 - insiders) * squared / total)
    return (root - insiders) / (2 * (1 - insiders))
