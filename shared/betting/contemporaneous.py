"""Offers recorded at about the same time, which may be compared."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from shared.betting.prices import Market, Offer

MAX_AGE_GAP = timedelta(hours=6)


def recent_offers(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """The offers on a match that are at most `MAX_AGE_GAP` older than the newest one on their line.

    Comparing stale prices with fresh ones finds false value wherever the market has moved.
    """
    newest: dict[tuple[Market, Decimal], datetime] = {}
    for offer in offers:
        line = offer.market, offer.line
        newest[line] = max(offer.taken_at, newest.get(line, offer.taken_at))
    return tuple(offer for offer in offers if newest[offer.market, offer.line] - offer.taken_at <= MAX_AGE_GAP)
