"""Which closing prices a bet is measured by, once and for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.betting.prices import Offer
from shared.football.competition import COMPETITIONS
from shared.football.team import Source

AWAITED_FOR = timedelta(days=10)
"""football-data.co.uk brings its closing prices within days of a match, or not at all."""


def yardstick(closing: Sequence[Offer], competition: str, kick_off: datetime, now: datetime) -> Sequence[Offer]:
    """The closing prices that count, of all that are known of a match; none while better ones are awaited.

    The average of many bookmakers that football-data.co.uk brings is the yardstick, as it was for the model. Our own
    snapshot from minutes before kick-off stands in where that source does not tell of the competition, or has not done
    so `AWAITED_FOR` the kick-off.
    """
    if told := [offer for offer in closing if offer.source == Source.FOOTBALL_DATA_UK]:
        return told
    awaited = COMPETITIONS[competition].division is not None and now < kick_off + AWAITED_FOR
    return () if awaited else closing
