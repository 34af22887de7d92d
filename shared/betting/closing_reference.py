"""The closing prices that closing-line value is measured against."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.betting.prices import Offer
from shared.football.competition import COMPETITIONS
from shared.football.team import Source

MAX_WAIT = timedelta(days=10)
"""football-data.co.uk publishes closing prices within days of a match, or not at all."""


def closing_reference(closing: Sequence[Offer], competition: str, kick_off: datetime, now: datetime) -> Sequence[Offer]:
    """The closing prices to use for a match; empty while better ones are expected.

    The reference is the market average of football-data.co.uk, as in training. Our own snapshot from minutes before
    kick-off is the fallback if that source does not cover the competition or has published nothing for `MAX_WAIT`.
    """
    if reference := [offer for offer in closing if offer.source == Source.FOOTBALL_DATA_UK]:
        return reference
    awaited = COMPETITIONS[competition].division is not None and now < kick_off + MAX_WAIT
    return () if awaited else closing
