"""Bets on paper: what a forecast would have staked at the best price, and what the closing line says of it."""

from math import sqrt
from typing import Any

import numpy as np

from models.training.scores import Floats, Ints, mean_spreads
from shared.betting.picks import POLICY


def paper_bets(forecast: Floats, prices: Floats, closing: Floats, outcome: Ints) -> dict[str, Any]:
    """One unit on the outcome of each match with the highest expected value, where the policy of the picks allows it.

    The number a day is not limited, so that the figures say as much as they can of the forecast.

    Args:
        forecast: probabilities of home win, draw, away win: (n, 3).
        prices: the best decimal odds on each; NaN where nobody offers any: (n, 3).
        closing: fair closing probabilities: (n, 3).
        outcome: 0, 1 or 2: (n,).

    Returns:
        How many bets; closing-line value and profit a unit staked, each with its 95 % interval, None without bets;
        the share of bets whose price was better than the fair closing one.
    """
    offered = ~np.isnan(prices) & (prices <= float(POLICY.highest_price))
    value = np.where(offered, forecast * prices - 1, -np.inf)
    best = value.argmax(axis=1)
    matches = np.arange(len(best))
    highest = value[matches, best]
    taken = (highest >= float(POLICY.least_value)) & (highest <= float(POLICY.most_value))
    n = int(taken.sum())
    if n == 0:
        return {"n": 0, "clv": None, "beat_close": None, "profit": None}
    price, fair = prices[matches, best][taken], closing[matches, best][taken]
    clv = price * fair - 1
    profit = np.where(outcome[taken] == best[taken], price, 0.0) - 1
    of_clv, of_profit = mean_spreads(np.column_stack([clv, profit]))
    error = float(clv.std(ddof=1) / sqrt(n)) if n > 1 else None
    return {
        "n": n,
        "mean_price": float(price.mean()),
        "clv": {"mean": of_clv.value, "se": error, "low": of_clv.low, "high": of_clv.high},
        "beat_close": float((clv > 0).mean()),
        "profit": {"mean": of_profit.value, "low": of_profit.low, "high": of_profit.high},
    }
