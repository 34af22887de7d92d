"""Market consensus: fair probabilities of a match from bookmakers' offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shared.betting.devig import shin
from shared.betting.grid_results import result_probabilities
from shared.betting.prices import OUTCOMES, SHARPEST_BOOKMAKERS, Market, Offer, offer_line
from shared.betting.result_probabilities import to_decimal
from shared.forecasting.grid import Grid, score_grid
from shared.forecasting.implied_goals import implied_goals, implied_log_goals

_TOTAL_LINE = Decimal("2.5")
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Consensus:
    """Fair probabilities: home win, draw, away win; over 2.5 goals (None without prices on totals)."""

    outcome: tuple[float, float, float]
    over_25: float | None
    bookmaker: str
    source: str
    taken_at: datetime


def consensus(offers: Sequence[Offer]) -> Consensus | None:
    """Fair probabilities by Shin's method from the sharpest complete offer, or None without one.

    The order of preference is that of `SHARPEST_BOOKMAKERS`, then the mean over all other bookmakers. Lines are never
    mixed: totals are those at 2.5 goals.
    """
    wins = _reference_offers([o for o in offers if o.market is Market.H2H])
    if not wins:
        return None
    totals = _reference_offers([o for o in offers if o.market is Market.TOTALS and o.line == _TOTAL_LINE])
    outcome = _fair(wins)
    return Consensus(
        outcome=(float(outcome[0]), float(outcome[1]), float(outcome[2])),
        over_25=float(_fair(totals)[0]) if totals else None,
        bookmaker=wins[0].bookmaker if len(wins) == 1 else "mean",
        source=wins[0].source,
        taken_at=max(o.taken_at for o in wins),
    )


@dataclass(frozen=True, slots=True)
class FairProbability:
    """What the prices say of one selection, and the bookmaker and source that this is derived from."""

    probability: Decimal  # the inverse of the fair price
    at_risk: Decimal  # the expected share of the stake that is not refunded; below 1 on whole and quarter lines
    bookmaker: str
    source: str


def fair_probability(offers: Sequence[Offer], market: Market, line: Decimal, outcome: str) -> FairProbability | None:
    """The consensus probability of one selection; None without complete prices on its exact line.

    Two prices do not say how much of a stake would be refunded: on lines where some can be, that share is the one of
    the score grid that the prices on the match imply. None without the h2h prices that this needs.

    Args:
        offers: prices on the match.
        market, line, outcome: the selection; the line is that of the selected side.
    """
    key = market, offer_line(market, outcome, line)
    complete = _reference_offers([o for o in offers if (o.market, o.line) == key])
    at_risk = Decimal(1) if market is Market.H2H or abs(line) % 1 == _HALF else _at_risk(offers, market, line, outcome)
    if not complete or at_risk is None:
        return None
    probability = to_decimal(_fair(complete)[OUTCOMES[market].index(outcome)])
    bookmaker = complete[0].bookmaker if len(complete) == 1 else "mean"
    return FairProbability(probability, at_risk, bookmaker, complete[0].source)


def _at_risk(offers: Sequence[Offer], market: Market, line: Decimal, outcome: str) -> Decimal | None:
    grid = consensus_grid(offers)
    return None if grid is None else result_probabilities(grid, market, outcome, line).at_risk


def consensus_grid(offers: Sequence[Offer]) -> Grid | None:
    """The score grid (16, 16) that the prices on a match imply; None without complete h2h prices."""
    fair = consensus(offers)
    if fair is None:
        return None
    goals = implied_goals([fair.outcome], [nan if fair.over_25 is None else fair.over_25])
    return score_grid(goals.home_rate, goals.away_rate, goals.rho)[0]


def _reference_offers(offers: Sequence[Offer]) -> list[Offer]:
    """The newest offer of the sharpest bookmaker, else all complete offers; never the best prices of several."""
    whole = [o for o in offers if all(price is not None for price in o.prices) and o.bookmaker != "market_best"]
    for bookmaker in SHARPEST_BOOKMAKERS:
        if named := [o for o in whole if o.bookmaker == bookmaker]:
            return [max(named, key=lambda o: o.taken_at)]
    return whole


def _fair(offers: Sequence[Offer]) -> np.ndarray:
    return shin([[float(price) for price in offer.prices if price is not None] for offer in offers]).mean(axis=0)


def log_goals(prices: ArrayLike, totals: ArrayLike) -> NDArray[np.float64]:
    """Log goal rates and rho implied by prices after removing the margin.

    Args:
        prices: decimal odds of home win, draw, away win: shape (n, 3); a row with a NaN gives NaN.
        totals: decimal odds of over and under 2.5 goals: shape (n, 2); NaN where missing.

    Returns:
        Shape (n, 3).
    """
    return implied_log_goals(shin(np.reshape(prices, (-1, 3))), shin(np.reshape(totals, (-1, 2)))[:, 0])
