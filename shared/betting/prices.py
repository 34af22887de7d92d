"""Bookmakers' offers and their validation; each rejected offer has a reason."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.betting.policy import Policy


class Market(StrEnum):
    """A betting market."""

    H2H = "h2h"
    TOTALS = "totals"
    HANDICAP = "handicap"


OUTCOMES = {
    Market.H2H: ("home", "draw", "away"),
    Market.TOTALS: ("over", "under"),
    Market.HANDICAP: ("home", "away"),
}
"""The outcomes of each market, in the order of its prices."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One bookmaker's prices on all outcomes of one market of one match."""

    match_id: int
    source: str
    bookmaker: str  # the bookmaker; `market_average` and `market_best` aggregate several
    market: Market
    line: Decimal  # goals; for a handicap that of the home side (the away side has the opposite); 0 for h2h
    prices: tuple[Decimal | None, ...]  # decimal odds in the order of `OUTCOMES`; None where missing
    taken_at: datetime
    closing: bool = False


def offer_line(market: Market, outcome: str, line: Decimal) -> Decimal:
    """The offers' line for a selection, and back: offers have the home side's line, bets that of the selected side.

    >>> offer_line(Market.HANDICAP, "away", Decimal("0.5"))
    Decimal('-0.5')
    """
    return -line if market is Market.HANDICAP and outcome == "away" else line


def overround(prices: Sequence[Decimal]) -> Decimal:
    """Sum of the inverse prices of all outcomes: 1.05 is a margin of 5 %.

    >>> overround([Decimal(2), Decimal("1.6")])
    Decimal('1.125')
    """
    return sum((1 / price for price in prices), Decimal(0))


SHARPEST_BOOKMAKERS = ("market_average", "pinnacle", "betfair_exchange", "bet365")
"""In order of preference. `market_best` is excluded, as its prices come from several bookmakers."""


@dataclass(frozen=True, slots=True)
class RejectedOffer:
    """A rejected offer and the reason."""

    offer: Offer
    reason: str


def filter_offers(
    offers: Iterable[Offer], kick_off: datetime, now: datetime, policy: "Policy"
) -> tuple[tuple[Offer, ...], tuple[RejectedOffer, ...]]:
    """Split the offers on one match into valid and rejected ones.

    If two sources have prices of one bookmaker on one line, the older ones are dropped without a rejection.
    """
    accepted: list[Offer] = []
    rejected: list[RejectedOffer] = []
    for offer in offers:
        reason = _rejection_reason(offer, kick_off, now, policy)
        if reason:
            rejected.append(RejectedOffer(offer, reason))
        else:
            accepted.append(offer)
    accepted = _newest(accepted)
    outliers = _outliers(accepted, policy)
    rejected += [RejectedOffer(offer, outliers[index]) for index, offer in enumerate(accepted) if index in outliers]
    return tuple(offer for index, offer in enumerate(accepted) if index not in outliers), tuple(rejected)


def _rejection_reason(offer: Offer, kick_off: datetime, now: datetime, policy: "Policy") -> str | None:
    max_age = dict(policy.max_age)
    if offer.taken_at >= kick_off or offer.closing:
        return "not a price from before kick-off"
    if offer.taken_at > now:
        return "from the future"
    if now - offer.taken_at > max_age.get(offer.source, timedelta(0)):
        return "too old"
    if any(price is None for price in offer.prices):
        return "an outcome has no price"
    prices = [price for price in offer.prices if price is not None]
    if any(price <= policy.min_price for price in prices):
        return "a placeholder price"
    if offer.bookmaker == "market_best":
        return None  # prices of several bookmakers: no overround
    low, high = policy.overround
    return None if low <= overround(prices) <= high else "its overround is out of bounds"


def _newest(offers: Iterable[Offer]) -> list[Offer]:
    newest: dict[tuple[str, Market, Decimal], Offer] = {}
    for offer in offers:
        current = newest.setdefault((offer.bookmaker, offer.market, offer.line), offer)
        if (offer.taken_at, offer.source) > (current.taken_at, current.source):
            newest[offer.bookmaker, offer.market, offer.line] = offer
    return list(newest.values())


def _outliers(offers: Sequence[Offer], policy: "Policy") -> dict[int, str]:
    """Reasons for offers that deviate from the other bookmakers on the same line, by index."""
    rows: dict[tuple[Market, Decimal], list[int]] = defaultdict(list)
    for index, offer in enumerate(offers):
        rows[offer.market, offer.line].append(index)
    faults: dict[int, str] = {}
    for places in rows.values():
        if len(places) < 3:
            continue
        middle = [
            _median([Decimal(offers[i].prices[k] or 0) for i in places]) for k in range(len(offers[places[0]].prices))
        ]
        for i in places:
            prices = [price or Decimal(0) for price in offers[i].prices]
            far = [
                abs(price / usual - 1) > policy.max_median_deviation
                for price, usual in zip(prices, middle, strict=True)
            ]
            reversed_ = [abs(price / usual - 1) for price, usual in zip(reversed(prices), middle, strict=True)]
            if any(far):
                swapped = max(reversed_) < policy.max_median_deviation / 2
                faults[i] = "home and away look swapped" if swapped else "far off the other bookmakers"
    return faults


def _median(values: list[Decimal]) -> Decimal:
    """Like `statistics.median`, whose module takes 1.5 % of a job's start."""
    ordered, middle = sorted(values), len(values) // 2
    return (ordered[middle] + ordered[~middle]) / 2
