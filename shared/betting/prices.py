"""Prices, and which of them may be trusted. What is refused is refused with its reason, never silently."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import median

from shared.betting.policy import Policy


class Market(StrEnum):
    """What is bet on."""

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
    """One bookmaker's prices on all outcomes of one market of one match.

    Attributes:
        match_id: the match.
        source: where the prices were read.
        bookmaker: whose they are; `market_average` and `market_best` sum up many.
        market: what is bet on.
        line: goals; of a handicap the home side's, the away side's being its opposite; 0 for h2h.
        prices: decimal odds in the order of `OUTCOMES`; None where an outcome has none.
        taken_at: when the bookmaker asked them.
        closing: whether they are the last before kick-off.
    """

    match_id: int
    source: str
    bookmaker: str
    market: Market
    line: Decimal
    prices: tuple[Decimal | None, ...]
    taken_at: datetime
    closing: bool = False


def line_of_offers(market: Market, outcome: str, line: Decimal) -> Decimal:
    """The `line` of the offers that price a bet: theirs is the home side's, a bet's is that of the side it is on."""
    return -line if market is Market.HANDICAP and outcome == "away" else line


def overround(prices: Sequence[Decimal]) -> Decimal:
    """Sum of the inverse prices of all outcomes: 1.05 is a margin of 5 %."""
    return sum((1 / price for price in prices), Decimal(0))


MOST_TELLING = ("market_average", "pinnacle", "betfair_exchange", "bet365")
"""Whose prices tell most of what the market thinks, the first first; best prices of many make no set."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An offer that is not used, and why."""

    offer: Offer
    reason: str


def sift(
    offers: Iterable[Offer], kick_off: datetime, now: datetime, policy: Policy
) -> tuple[tuple[Offer, ...], tuple[Refused, ...]]:
    """The offers on one match that may be used at `now`, and those that may not, each with its reason.

    Where two sources tell of one bookmaker's prices on one line, only the newest are used; the others are no fault, but
    past.
    """
    fit: list[Offer] = []
    refused: list[Refused] = []
    for offer in offers:
        reason = _fault_of(offer, kick_off, now, policy)
        if reason:
            refused.append(Refused(offer, reason))
        else:
            fit.append(offer)
    fit = _newest(fit)
    lonely = _faults_beside_others(fit, policy)
    refused += [Refused(offer, lonely[index]) for index, offer in enumerate(fit) if index in lonely]
    return tuple(offer for index, offer in enumerate(fit) if index not in lonely), tuple(refused)


def _fault_of(offer: Offer, kick_off: datetime, now: datetime, policy: Policy) -> str | None:
    limits = dict(policy.oldest)
    if offer.taken_at >= kick_off or offer.closing:
        return "not a price from before kick-off"
    if offer.taken_at > now:
        return "from the future"
    if now - offer.taken_at > limits.get(offer.source, timedelta(0)):
        return "too old"
    if any(price is None for price in offer.prices):
        return "an outcome has no price"
    prices = [price for price in offer.prices if price is not None]
    if any(price <= policy.lowest_price for price in prices):
        return "a placeholder price"
    if offer.bookmaker == "market_best":
        return None  # the best prices of many are no set of one, and have no overround of their own
    low, high = policy.overround
    return None if low <= overround(prices) <= high else "its overround is out of bounds"


def _newest(offers: Iterable[Offer]) -> list[Offer]:
    newest: dict[tuple[str, Market, Decimal], Offer] = {}
    for offer in offers:
        kept = newest.setdefault((offer.bookmaker, offer.market, offer.line), offer)
        if (offer.taken_at, offer.source) > (kept.taken_at, kept.source):
            newest[offer.bookmaker, offer.market, offer.line] = offer
    return list(newest.values())


def _faults_beside_others(offers: Sequence[Offer], policy: Policy) -> dict[int, str]:
    """Offers that contradict the other bookmakers on the same line, by their place in the sequence."""
    rows: dict[tuple[Market, Decimal], list[int]] = defaultdict(list)
    for index, offer in enumerate(offers):
        rows[offer.market, offer.line].append(index)
    faults: dict[int, str] = {}
    for places in rows.values():
        if len(places) < 3:
            continue
        middle = [
            median(Decimal(offers[i].prices[k] or 0) for i in places) for k in range(len(offers[places[0]].prices))
        ]
        for i in places:
            prices = [price or Decimal(0) for price in offers[i].prices]
            far = [abs(price / usual - 1) > policy.off_median for price, usual in zip(prices, middle, strict=True)]
            turned = [abs(price / usual - 1) for price, usual in zip(reversed(prices), middle, strict=True)]
            if any(far):
                swapped = max(turned) < policy.off_median / 2
                faults[i] = "home and away look swapped" if swapped else "far off the other bookmakers"
    return faults
