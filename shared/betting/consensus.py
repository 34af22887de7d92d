"""What the market thinks of one match: fair probabilities from the offers on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shared.betting.devig import shin
from shared.betting.prices import MOST_TELLING, OUTCOMES, Market, Offer, line_of_offers
from shared.forecasting.implied_goals import log_goals_of

_TOTAL_LINE = Decimal("2.5")


@dataclass(frozen=True, slots=True)
class Consensus:
    """Fair probabilities: home win, draw, away win; three goals or more (None where no totals are priced)."""

    outcome: tuple[float, float, float]
    over_25: float | None
    bookmaker: str
    source: str
    taken_at: datetime


def consensus(offers: Sequence[Offer]) -> Consensus | None:
    """Fair probabilities after Shin from the most telling complete offer, or None where there is none.

    The average of many bookmakers tells most; then the sharpest single ones; then the mean of the others' fair
    probabilities. Lines are never mixed: totals are those at 2.5 goals.
    """
    wins = _complete([o for o in offers if o.market is Market.H2H])
    if not wins:
        return None
    totals = _complete([o for o in offers if o.market is Market.TOTALS and o.line == _TOTAL_LINE])
    outcome = _fair(wins)
    return Consensus(
        outcome=(float(outcome[0]), float(outcome[1]), float(outcome[2])),
        over_25=float(_fair(totals)[0]) if totals else None,
        bookmaker=wins[0].bookmaker if len(wins) == 1 else "mean",
        source=wins[0].source,
        taken_at=max(o.taken_at for o in wins),
    )


@dataclass(frozen=True, slots=True)
class FairShare:
    """The fair probability of one outcome: the inverse of the price at which it is worth nothing to either side."""

    probability: float
    bookmaker: str
    source: str


def fair_share(offers: Sequence[Offer], market: Market, line: Decimal, outcome: str) -> FairShare | None:
    """As `consensus`, of a bet on one outcome; None where nobody asks complete prices on its very line.

    Args:
        offers: prices on the match.
        market, line, outcome: the bet; the line is that of the side that is bet on.
    """
    asked_on = market, line_of_offers(market, outcome, line)
    asked = _complete([o for o in offers if (o.market, o.line) == asked_on])
    if not asked:
        return None
    share = float(_fair(asked)[OUTCOMES[market].index(outcome)])
    return FairShare(share, asked[0].bookmaker if len(asked) == 1 else "mean", asked[0].source)


def _complete(offers: Sequence[Offer]) -> list[Offer]:
    """The offers to listen to: the most telling one alone, or all of unknown bookmakers; best prices make no set."""
    whole = [o for o in offers if all(price is not None for price in o.prices) and o.bookmaker != "market_best"]
    for bookmaker in MOST_TELLING:
        if named := [o for o in whole if o.bookmaker == bookmaker]:
            return [max(named, key=lambda o: o.taken_at)]
    return whole


def _fair(offers: Sequence[Offer]) -> np.ndarray:
    return shin([[float(price) for price in offer.prices if price is not None] for offer in offers]).mean(axis=0)


def log_goals(prices: ArrayLike, totals: ArrayLike) -> NDArray[np.float64]:
    """Log goal rates and rho that prices imply once the margin is out of them.

    Args:
        prices: decimal odds of home win, draw, away win: shape (n, 3); a row with a NaN gives NaN.
        totals: decimal odds of over and under 2.5 goals: shape (n, 2); NaN where nobody asks any.

    Returns:
        Shape (n, 3).
    """
    return log_goals_of(shin(np.reshape(prices, (-1, 3))), shin(np.reshape(totals, (-1, 2)))[:, 0])
