"""Prices of a service's event are joined to our match, or to none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.event_prices import Fixture, MatchedEvents, PricedEvent, Quote, match_events
from shared.betting.prices import Market, Offer
from shared.football.team import Source
from tests.factories import club

KICK_OFF = datetime(2026, 11, 23, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUOTE = Quote("pinnacle", Market.H2H, Decimal(0), (Decimal(2), Decimal(3), Decimal(4)), KICK_OFF - HOUR)


def update(
    home: str = "Arsenal", away: str = "Chelsea", kick_off: datetime = KICK_OFF, event_id: str = "e"
) -> PricedEvent:
    return PricedEvent(event_id, club(home, Source.THE_ODDS_API), club(away, Source.THE_ODDS_API), kick_off, (QUOTE,))


def ours(home: str = "Arsenal", away: str = "Chelsea", kick_off: datetime = KICK_OFF, match_id: int = 1) -> Fixture:
    return Fixture(match_id, club(home).team_id, club(away).team_id, kick_off)


def faults(joined: MatchedEvents) -> list[str]:
    assert joined.events == {}
    return [fault for _, fault in joined.unmatched_events]


@pytest.mark.case("K1")
def test_an_event_is_matched_by_the_aliases_of_both_clubs() -> None:
    event = update("Man Utd", "Wolverhampton Wanderers")
    assert match_events([event], [ours(), ours("Man United", "Wolves", match_id=2)]).events == {2: event}


@pytest.mark.case("K8")
@pytest.mark.parametrize(
    ("minutes", "joined"), [(0, 1), (36 * 60, 1), (-36 * 60, 1), (36 * 60 + 1, 0), (-36 * 60 - 1, 0)]
)
def test_a_match_is_joined_within_36_hours_of_its_kick_off(minutes: int, joined: int) -> None:
    result = match_events([update(kick_off=KICK_OFF + timedelta(minutes=minutes))], [ours()])
    assert len(result.events) == joined
    assert [fault for _, fault in result.unmatched_events] == ([] if joined else ["it corresponds to no stored match"])


@pytest.mark.parametrize(("days", "joined"), [(-1, 1), (0, 1), (1, 1), (2, 0)])
def test_a_kick_off_without_a_time_on_either_side_is_compared_by_its_day(days: int, joined: int) -> None:
    """Midnight UTC stands for no time; by hours a day earlier would be too far and two days later near enough."""
    day = KICK_OFF.replace(hour=0)
    theirs_unknown = match_events([update(kick_off=day + timedelta(days=days))], [ours()])
    event = update(kick_off=KICK_OFF + timedelta(days=days))
    ours_unknown = match_events([event], [replace(ours(kick_off=day), hour_known=False)])
    assert [len(theirs_unknown.events), len(ours_unknown.events)] == [joined, joined]


@pytest.mark.case("K9")
def test_an_event_with_two_candidate_matches_is_unmatched() -> None:
    assert faults(match_events([update()], [ours(), ours(match_id=2, kick_off=KICK_OFF + 3 * HOUR)])) == [
        "two matches of ours could be it"
    ]


@pytest.mark.case("J12", "K9")
def test_two_events_of_one_match_are_unmatched() -> None:
    assert (
        faults(match_events([update(), update(event_id="f", kick_off=KICK_OFF + HOUR)], [ours()]))
        == ["another event is the same match of ours"] * 2
    )


@pytest.mark.case("J11")
def test_swapped_home_and_away_are_reported() -> None:
    assert faults(match_events([update("Chelsea", "Arsenal")], [ours()])) == ["home and away are swapped"]


def test_the_return_match_is_another_match() -> None:
    assert faults(match_events([update("Chelsea", "Arsenal", KICK_OFF + 900 * HOUR)], [ours()])) == [
        "it corresponds to no stored match"
    ]


@pytest.mark.case("K3")
@pytest.mark.parametrize(("home", "away"), [("Arsenal", "Tottenham"), ("Man City", "Chelsea"), ("Chelsea", "Fulham")])
def test_an_event_is_matched_only_by_both_clubs(home: str, away: str) -> None:
    assert faults(match_events([update("Man United", "Chelsea")], [ours(home, away)])) == [
        "it corresponds to no stored match"
    ]


@pytest.mark.case("K5", "K7")
def test_a_club_that_no_alias_matches_joins_nothing_and_is_named() -> None:
    joined = match_events([update("Arsenal Women", "Chelsea")], [ours()])
    assert (joined.events, joined.unmatched_events, [c.name for c in joined.unmatched_clubs]) == (
        {},
        (),
        ["Arsenal Women"],
    )


@given(st.lists(st.tuples(st.sampled_from(["Arsenal", "Chelsea", "Nobody"]), st.integers(-80, 80)), max_size=5))
def test_every_event_is_matched_to_one_match_or_reported_unmatched(drawn: list[tuple[str, int]]) -> None:
    events = [update(home, "Fulham", KICK_OFF + hours * HOUR, event_id=str(n)) for n, (home, hours) in enumerate(drawn)]
    joined = match_events(events, [ours("Arsenal", "Fulham"), ours("Chelsea", "Fulham", match_id=2)])
    assert len(joined.events) + len(joined.unmatched_clubs) + len(joined.unmatched_events) == len(events)


def test_prices_become_offers_on_the_match() -> None:
    line, prices, taken_at = Decimal("2.5"), (Decimal("1.8"), Decimal("2.1")), KICK_OFF - HOUR
    event = replace(update(), quotes=(Quote("bet365", Market.TOTALS, line, prices, taken_at),))
    offer = Offer(7, "the_odds_api", "bet365", Market.TOTALS, line, prices, taken_at, closing=False)
    assert event.offers(7, KICK_OFF) == (offer,)
    assert event.offers(7, KICK_OFF, closing=True) == (replace(offer, closing=True),)


@pytest.mark.case("L8")
@pytest.mark.parametrize(("ours_at", "theirs_at"), [(0, 0), (0, 5), (5, 0)])
def test_prices_taken_after_the_earlier_kick_off_are_not_closing_prices(ours_at: int, theirs_at: int) -> None:
    quotes = tuple(replace(QUOTE, taken_at=KICK_OFF + timedelta(minutes=n)) for n in (-1, 0, 1))
    event = replace(update(kick_off=KICK_OFF + timedelta(minutes=theirs_at)), quotes=quotes)
    offers = event.offers(7, KICK_OFF + timedelta(minutes=ours_at), closing=True)
    assert [offer.taken_at - KICK_OFF for offer in offers] == [timedelta(minutes=-1)]
