"""Which prices speak of the same hours, so that one may be held against the other."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from shared.betting.prices import Market, Offer

TOGETHER = timedelta(hours=6)


def current(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """The offers on a match that are at most `TOGETHER` older than the newest on their line; the others are past.

    A price of this morning held against a forecast that starts from Friday's would find value wherever the market has
    moved since.
    """
    newest: dict[tuple[Market, Decimal], datetime] = {}
    for offer in offers:
        line = offer.market, offer.line
        newest[line] = max(offer.taken_at, newest.get(line, offer.taken_at))
    return tuple(offer for offer in offers if newest[offer.market, offer.line] - offer.taken_at <= TOGETHER)
