"""Prices of different hours are not compared with each other."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.betting.contemporaneous import MAX_AGE_GAP, recent_offers
from shared.betting.prices import Market
from tests.factories import UPDATED_AT, offer

FRIDAY = offer(1, bookmaker="market_average")
SECOND = timedelta(seconds=1)


def test_older_prices_are_dropped_beside_much_newer_ones() -> None:
    morning = offer(1, bookmaker="pinnacle", source="the_odds_api", taken_at=UPDATED_AT + timedelta(hours=14))
    assert recent_offers([FRIDAY, morning]) == (morning,)


def test_prices_of_the_same_hours_stand_side_by_side() -> None:
    for apart, left in ((MAX_AGE_GAP, 2), (MAX_AGE_GAP + SECOND, 1)):
        assert len(recent_offers([FRIDAY, offer(1, bookmaker="pinnacle", taken_at=UPDATED_AT + apart)])) == left


def test_a_line_without_newer_prices_uses_its_last_ones() -> None:
    goals = offer(1, "1.9", "2.0", market=Market.TOTALS, line=Decimal("2.5"))
    later = offer(1, bookmaker="pinnacle", taken_at=UPDATED_AT + timedelta(hours=14))
    other = offer(1, "2.9", "1.4", market=Market.TOTALS, line=Decimal("3.5"), taken_at=later.taken_at)
    assert recent_offers([FRIDAY, goals, later, other]) == (goals, later, other)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_the_newest_stay_with_those_of_the_six_hours_before_in_their_order(hours: list[int]) -> None:
    offers = [offer(1, bookmaker=str(n), taken_at=UPDATED_AT + timedelta(hours=h)) for n, h in enumerate(hours)]
    newest = max(hours, default=0)
    assert recent_offers(offers) == tuple(o for o, h in zip(offers, hours, strict=True) if h >= newest - 6)
