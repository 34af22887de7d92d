"""The prices that a pick may take."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.betting.licensed_operators import is_unlicensed
from shared.betting.prices import OUTCOMES, Market, Offer, offer_line

_NOT_BETTABLE = {"market_average", "betfair_exchange"}
"""An average is no offer; exchange prices exclude the commission."""


@dataclass(frozen=True, slots=True)
class BestPrice:
    """The best price of a selection that a pick may take."""

    # market, outcome, line: the selection; a handicap line is that of the selected side.
    market: Market
    outcome: str
    line: Decimal
    price: Decimal
    bookmaker: str
    taken_at: datetime


def best_prices(offers: Iterable[Offer]) -> Iterator[BestPrice]:
    """The best bettable price of each selection that has one."""
    by_line: dict[tuple[Market, Decimal], list[Offer]] = defaultdict(list)
    for offer in bettable_offers(offers):
        by_line[offer.market, offer.line].append(offer)
    for (market, line), on_line in by_line.items():
        for place, outcome in enumerate(OUTCOMES[market]):
            quotes = [(price, o.bookmaker, o.taken_at) for o in on_line if (price := o.prices[place]) is not None]
            if quotes:
                price, bookmaker, taken_at = max(quotes)
                yield BestPrice(market, outcome, offer_line(market, outcome, line), price, bookmaker, taken_at)


def bettable_offers(offers: Iterable[Offer]) -> list[Offer]:
    """The offers of licensed operators, else all (docs/decisions/prices-that-may-be-taken.md)."""
    eligible = [offer for offer in offers if offer.bookmaker not in _NOT_BETTABLE]
    return [offer for offer in eligible if not is_unlicensed(offer.bookmaker)] or eligible
