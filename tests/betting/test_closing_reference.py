"""Which closing prices count when two sources have them, or only one."""

from datetime import timedelta

import pytest

from shared.betting.closing_reference import MAX_WAIT, closing_reference
from shared.betting.prices import Offer
from tests.factories import KICK_OFF, offer

AVERAGE = offer(1, closing=True, taken_at=KICK_OFF)
SNAPSHOT = offer(
    1, closing=True, source="the_odds_api", bookmaker="pinnacle", taken_at=KICK_OFF - timedelta(minutes=10)
)
NEXT_DAY = KICK_OFF + timedelta(days=1)
LATER = KICK_OFF + MAX_WAIT


@pytest.mark.parametrize("competition", ["PL", "CL"])
def test_the_average_counts_wherever_it_is_known(competition: str) -> None:
    for now in (NEXT_DAY, LATER):
        assert list(closing_reference([SNAPSHOT, AVERAGE], competition, KICK_OFF, now)) == [AVERAGE]


@pytest.mark.parametrize(
    ("competition", "hours_before", "counted"),
    [("PL", 1, ()), ("PL", 0, (SNAPSHOT,)), ("CL", 200, (SNAPSHOT,))],
)
def test_our_snapshot_is_the_fallback_once_no_average_is_expected(
    competition: str, hours_before: int, counted: tuple[Offer, ...]
) -> None:
    now = LATER - timedelta(hours=hours_before)
    assert tuple(closing_reference([SNAPSHOT], competition, KICK_OFF, now)) == counted


def test_without_closing_prices_there_is_no_reference() -> None:
    assert list(closing_reference([], "CL", KICK_OFF, LATER)) == []
