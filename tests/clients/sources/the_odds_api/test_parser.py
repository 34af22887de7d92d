"""The Odds API: events and prices as parsed."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.prices import Market
from shared.clients.sources.the_odds_api_parser import parse_events
from tests.clients.conftest import SimulatedTime
from tests.clients.sources.the_odds_api.responses import arsenal, fetch, respond_with
from tests.odds_service import Json, bookmaker, h2h, market, totals

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
READ_AT = "2026-11-22T14:59:30Z"


def prices_of(payload: Json) -> dict[tuple[str, Market, Decimal], tuple[str, ...]]:
    """The prices that are read from a match."""
    reading = parse_events([payload], "soccer_epl", NOW)
    assert reading.faults == ()
    (read,) = reading.events
    return {(q.bookmaker, q.market, q.line): tuple(str(p) for p in q.prices) for q in read.quotes}


def fault_of(payload: Any) -> str:
    (fault,) = parse_events([payload], "soccer_epl", NOW).faults
    return ": ".join(fault)


def test_a_match_is_read_with_its_clubs_and_times(time: SimulatedTime) -> None:
    (read,) = fetch(
        respond_with([arsenal(bookmaker("winamax_fr", READ_AT, h2h("Arsenal", "Chelsea", 2.1, 3.45, 3.6)))]), time
    ).parsed.events
    assert (read.home.team_id, read.away.team_id) == (118, 132)
    assert read.kick_off == datetime(2026, 11, 23, 20, tzinfo=UTC)
    (quote,) = read.quotes
    assert (quote.bookmaker, quote.market, quote.line) == ("winamax_fr", Market.H2H, 0)
    assert [str(price) for price in quote.prices] == ["2.1", "3.45", "3.6"], "home, draw, away, whatever their order"
    assert quote.taken_at == datetime(2026, 11, 22, 14, 59, 30, tzinfo=UTC)


def test_the_payload_is_stored_as_received(time: SimulatedTime) -> None:
    payload = arsenal(bookmaker("winamax_fr", READ_AT, h2h("Arsenal", "Chelsea", 2.10, 3.45, 3.6)), new_field=["é"])
    feed = fetch(respond_with([payload]), time)
    assert json.loads(feed.parsed.payloads["e1"]) == payload


@pytest.mark.parametrize("place", ["bookmaker", "market", "both"])
def test_the_time_of_a_price_stands_at_the_bookmaker_or_at_the_market(place: str) -> None:
    payload = arsenal(bookmaker("winamax_fr", "2026-11-22T14:00:00Z", h2h("Arsenal", "Chelsea", 2, 3, 4)))
    if place != "bookmaker":
        payload["bookmakers"][0]["markets"][0]["last_update"] = "2026-11-22T15:30:00+01:00"
    if place == "market":
        del payload["bookmakers"][0]["last_update"]
    (quote,) = parse_events([payload], "soccer_epl", NOW).events[0].quotes
    assert quote.taken_at == datetime(2026, 11, 22, 14, 0 if place == "bookmaker" else 30, tzinfo=UTC)


def test_a_time_a_little_ahead_of_ours_is_that_of_the_reading_and_one_far_ahead_is_none() -> None:
    def event_at(at: str) -> Json:
        return arsenal(bookmaker("winamax_fr", at, h2h("Arsenal", "Chelsea", 2, 3, 4)))

    (quote,) = parse_events([event_at("2026-11-22T15:00:40Z")], "soccer_epl", NOW).events[0].quotes
    assert quote.taken_at == NOW
    assert "lies in the future" in fault_of(event_at("2026-11-22T15:02:00Z"))


@pytest.mark.case("L9")
def test_totals_of_different_points_are_different_lines() -> None:
    goals = market("totals", ("Over", 1.9, 2.5), ("Under", 1.95, 2.5), ("Under", 1.4, 3.5), ("Over", 2.9, 3.5))
    assert prices_of(arsenal(bookmaker("pinnacle", READ_AT, goals))) == {
        ("pinnacle", Market.TOTALS, Decimal("2.5")): ("1.9", "1.95"),
        ("pinnacle", Market.TOTALS, Decimal("3.5")): ("2.9", "1.4"),
    }


@pytest.mark.case("J14")
def test_spreads_are_handicaps_of_the_home_side() -> None:
    """One side's -0.25 is the other's +0.25."""
    spreads = market("spreads", ("Chelsea", 1.85, 0.25), ("Arsenal", 2.05, -0.25))
    level = market("spreads", ("Arsenal", 1.6, 0), ("Chelsea", 2.3, 0))
    assert prices_of(arsenal(bookmaker("pinnacle", READ_AT, spreads), bookmaker("betsson", READ_AT, level))) == {
        ("pinnacle", Market.HANDICAP, Decimal("-0.25")): ("2.05", "1.85"),
        ("betsson", Market.HANDICAP, Decimal(0)): ("1.6", "2.3"),
    }


@pytest.mark.case("L2")
def test_a_missing_draw_leaves_its_place_empty() -> None:
    """`sift` then refuses the set."""
    two = market("h2h", ("Arsenal", 1.5), ("Chelsea", 2.5))
    assert prices_of(arsenal(bookmaker("pinnacle", READ_AT, two))) == {
        ("pinnacle", Market.H2H, Decimal(0)): ("1.5", "None", "2.5")
    }


@pytest.mark.parametrize("price", [1, 0, -2.5, 10_000, 1e300])
def test_an_impossible_price_is_none(price: float) -> None:
    payload = arsenal(bookmaker("pinnacle", READ_AT, h2h("Arsenal", "Chelsea", price, 3, 4)))
    assert prices_of(payload) == {("pinnacle", Market.H2H, Decimal(0)): ("None", "3", "4")}


def test_the_exchange_is_called_as_the_other_source_calls_it_and_its_lay_prices_are_left_alone() -> None:
    lay = market("h2h_lay", ("Arsenal", 2.2), ("Chelsea", 3.7), ("Draw", 3.5))
    payload = arsenal(bookmaker("betfair_ex_eu", READ_AT, h2h("Arsenal", "Chelsea", 2.1, 3.4, 3.6), lay))
    assert prices_of(payload).keys() == {("betfair_exchange", Market.H2H, Decimal(0))}


@pytest.mark.case("E9")
def test_further_fields_change_nothing() -> None:
    plain = arsenal(bookmaker("pinnacle", READ_AT, h2h("Arsenal", "Chelsea", 2, 3, 4)))
    more = json.loads(json.dumps(plain)) | {"home_rotation": 1}
    more["bookmakers"][0] |= {"link": "https://x", "sid": None}
    more["bookmakers"][0]["markets"][0]["outcomes"][0] |= {"bet_limit": 100, "multiplier": None}
    assert prices_of(more) == prices_of(plain)


@pytest.mark.case("E9")
@pytest.mark.parametrize("field", ["id", "commence_time", "home_team", "away_team"])
@pytest.mark.parametrize("value", [None, "", 7, []])
def test_an_event_without_a_required_field_is_a_fault_and_its_payload_is_stored(field: str, value: object) -> None:
    reading = parse_events([arsenal(**{field: value}), arsenal(id="e2")], "soccer_epl", NOW)
    assert [e.external_id for e in reading.events] == ["e2"]
    assert len(reading.payloads) == 2
    ((about, what),) = reading.faults
    assert about == ("soccer_epl, item 0" if field == "id" else "e1")
    assert field in what


@pytest.mark.case("E9")
@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (bookmaker("p", READ_AT, market("h2h", ("Arsenal", 2), ("Draw", 3), ("Fulham", 4))), "e1:p:h2h: an outcome is"),
        (bookmaker("p", READ_AT, market("h2h", ("Draw", 3), ("Draw", 4))), "e1:p:h2h: an outcome has two prices"),
        (bookmaker("p", READ_AT, market("h2h", ("Draw", "3.0"))), "e1:p:h2h: price is no number"),
        (bookmaker("p", READ_AT, market("h2h", ("Draw", True))), "e1:p:h2h: price is no number"),
        (bookmaker("p", READ_AT, market("totals", ("Over", 2))), "e1:p:totals: point is no number"),
        (bookmaker("p", READ_AT, market("totals", ("Over", 2, 2.3))), "e1:p:totals: a line is no multiple"),
        (bookmaker("p", READ_AT, market("totals", ("Over", 2, 400))), "e1:p:totals: a line is no multiple"),
        (bookmaker("p", READ_AT, market("totals")), "e1:p:totals: outcomes is missing"),
        (bookmaker("p", "", market("totals", ("Over", 2, 2.5))), "e1:p:totals: last_update is missing"),
        (bookmaker("p", "2026-11-22T14:00:00", market("h2h", ("Draw", 3))), "e1:p:h2h: a time is no instant with a"),
        (bookmaker("P; DROP", READ_AT, market("h2h", ("Draw", 3))), "e1:P; DROP:h2h: its bookmaker's key is none"),
        ({"key": "p"}, "e1:p:?: key is missing"),
        ("bookmaker", "e1:?:?: key is missing"),
    ],
)
def test_a_market_that_cannot_be_read_is_set_aside_alone(broken: Any, fault: str) -> None:
    good = bookmaker("pinnacle", READ_AT, h2h("Arsenal", "Chelsea", 2, 3, 4), totals(1.9, 2.0))
    payload = arsenal(broken, good)
    assert fault_of(payload).startswith(fault)
    (read,) = parse_events([payload], "soccer_epl", NOW).events
    assert [(q.bookmaker, q.market) for q in read.quotes] == [("pinnacle", Market.H2H), ("pinnacle", Market.TOTALS)]


@pytest.mark.parametrize("name", ["Ars\x00enal", "Ars\ud800enal"])
def test_a_match_that_cannot_be_stored_is_set_aside(name: str) -> None:
    assert "cannot be stored" in fault_of(arsenal(home_team=name))


@pytest.mark.case("K5", "K7")
def test_a_club_without_a_matching_alias_has_no_team() -> None:
    (read,) = parse_events([arsenal(home_team="Arsenal Women")], "soccer_epl", NOW).events
    assert (read.home.team, read.home.name) == (None, "Arsenal Women")


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from([READ_AT, "h2h", "Draw"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "home_team",
                    "away_team",
                    "commence_time",
                    "bookmakers",
                    "key",
                    "markets",
                    "outcomes",
                    "name",
                    "price",
                    "point",
                    "last_update",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(st.lists(_JSON, max_size=3))
def test_any_json_is_parsed_or_reported_as_a_fault(items: list[Any]) -> None:
    reading = parse_events(items, "soccer_epl", NOW)
    assert len(reading.events) + len(reading.faults) >= bool(items)
