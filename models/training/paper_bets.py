"""Simulated bets of a forecast at the best prices, and their closing-line value."""

from datetime import UTC, datetime
from decimal import Decimal
from math import log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.betting.picks import Candidate, choose
from shared.betting.policy import POLICY
from shared.betting.prices import OUTCOMES, Market, Offer
from shared.forecasting.grid import SIZE
from shared.forecasting.metrics import Floats, Ints, bootstrap_means


def paper_bets(forecast: Floats, prices: Floats, closing: Floats, outcome: Ints) -> dict[str, Any]:
    """Bets one unit on the outcome with the highest expected value of each match, within the policy of the picks.

    The number of bets a day is not limited, for a larger sample.

    Args:
        forecast: probabilities of home win, draw, away win: (n, 3).
        prices: the best decimal odds on each; NaN where missing: (n, 3).
        closing: fair closing probabilities: (n, 3).
        outcome: 0, 1 or 2: (n,).

    Returns:
        Number of bets; closing-line value and profit per unit staked, each with its 95 % interval, None without bets;
        the share of bets whose price was better than the fair closing one.
    """
    taken, best = chosen_bets(forecast, prices)
    n = len(taken)
    if n == 0:
        return {"n": 0, "clv": None, "beat_close": None, "profit": None}
    price = prices[taken, best]
    clv = price * closing[taken, best] - 1
    profit = np.where(outcome[taken] == best, price, 0.0) - 1
    clv_interval, profit_interval = bootstrap_means(np.column_stack([clv, profit]))
    error = float(clv.std(ddof=1) / sqrt(n)) if n > 1 else None
    return {
        "n": n,
        "mean_price": float(price.mean()),
        "clv": {"mean": clv_interval.value, "se": error, "low": clv_interval.low, "high": clv_interval.high},
        "beat_close": float((clv > 0).mean()),
        "profit": {"mean": profit_interval.value, "low": profit_interval.low, "high": profit_interval.high},
    }


def chosen_bets(forecast: Floats, prices: Floats) -> tuple[Ints, Ints]:
    """The matches on which `paper_bets` bets, and the outcomes: (bets,) each; arguments as there."""
    offered = ~np.isnan(prices) & (prices <= float(POLICY.max_price))
    value = np.where(offered, forecast * prices - 1, -np.inf)
    best, highest = value.argmax(axis=1), value.max(axis=1)
    taken = np.flatnonzero((highest >= float(POLICY.min_value)) & (highest <= float(POLICY.max_value)))
    return taken, best[taken]


def kelly_growth(
    forecast: Floats, prices: Floats, outcome: Ints, day: Ints, competition: NDArray[np.str_]
) -> dict[str, Any]:
    """Simulates a bankroll staked on each day's picks of 1X2 by the policy; other markets are left out.

    Args:
        forecast: probabilities of home win, draw, away win: (n, 3).
        prices: the best decimal odds on each; NaN where missing: (n, 3).
        outcome: 0, 1 or 2: (n,).
        day: ordinal of the day: (n,).
        competition: code: (n,).

    Returns:
        Days with picks; number of picks; mean log growth a day with its 95 % interval, None without picks; final
        bankroll divided by the initial one.
    """
    growth: list[float] = []
    picks = 0
    for indices in (np.flatnonzero(day == one) for one in np.unique(day)):
        chosen = choose(
            [_candidate(int(i), forecast[i], prices[i], int(day[i]), competition[i]) for i in indices]
        ).picks
        if chosen:
            won = [pick.outcome == OUTCOMES[Market.H2H][outcome[pick.match_id]] for pick in chosen]
            growth.append(
                log1p(
                    sum(float(p.stake * (p.price - 1 if is_won else -1)) for p, is_won in zip(chosen, won, strict=True))
                )
            )
            picks += len(chosen)
    if not growth:
        return {"days": 0, "picks": 0, "log_growth_a_day": None, "times": 1.0}
    (interval,) = bootstrap_means(np.array(growth)[:, None])
    return {
        "days": len(growth),
        "picks": picks,
        "log_growth_a_day": {"mean": interval.value, "low": interval.low, "high": interval.high},
        "times": float(np.exp(sum(growth))),
    }


def _candidate(match_id: int, forecast: Floats, prices: Floats, day: int, competition: str) -> Candidate:
    noon = datetime.fromordinal(day).replace(hour=12, tzinfo=UTC)
    grid = np.zeros((SIZE, SIZE))  # the result needs no more of the scores than who wins
    grid[1, 0], grid[0, 0], grid[0, 1] = forecast
    odds = tuple(None if np.isnan(price) else Decimal(str(price)) for price in prices)
    return Candidate(
        match_id=match_id,
        competition=str(competition),
        kick_off=noon,
        published_at=noon,
        anchored=True,
        grid=grid,
        offers=(Offer(match_id, "football_data_uk", "market_best", Market.H2H, Decimal(0), odds, noon),),
    )
