from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.betting.prices import SHARPEST_BOOKMAKERS, Market
from shared.stores.betting import offers
from shared.stores.database import Connection
from tests.factories import AFTER, BEFORE, KICK_OFF, UPDATED_AT, insert_matches, match_update, offer


@pytest.fixture
def match_id(db: Connection) -> int:
    return insert_matches(db, match_update(), now=BEFORE)[0]


@pytest.mark.case("F10")
def test_prices_are_read_back_as_the_stored_decimals(db: Connection, match_id: int) -> None:
    stored = [
        offer(match_id, "2.10", "3.45", "3.600"),
        replace(offer(match_id, "1.9", "2.0"), market=Market.TOTALS, line=Decimal("2.5")),
        replace(offer(match_id), bookmaker="bet365", prices=(Decimal("2.15"), None, Decimal("3.7"))),
    ]
    offers.put(db, stored)
    latest = offers.latest(db, [match_id], BEFORE)[match_id]
    assert sorted(latest, key=str) == sorted(stored, key=str)
    assert all(type(price) is Decimal for o in latest for price in o.prices if price is not None)


def test_a_stored_offer_is_never_overwritten(db: Connection, match_id: int) -> None:
    offers.put(db, [offer(match_id, "2.0", "3.5", "4.0")])
    offers.put(db, [offer(match_id, "9.0", "9.0", "9.0")])
    assert offers.latest(db, [match_id], BEFORE)[match_id] == [offer(match_id, "2.0", "3.5", "4.0")]


@pytest.mark.case("J12")
def test_a_duplicate_offer_in_one_batch_is_stored_once(db: Connection, match_id: int) -> None:
    offers.put(db, [offer(match_id), offer(match_id)])
    assert len(offers.latest(db, [match_id], BEFORE)[match_id]) == 1


@pytest.mark.case("L8")
def test_latest_offers_are_those_up_to_an_instant_and_never_closing_ones(db: Connection, match_id: int) -> None:
    later = UPDATED_AT + timedelta(hours=12)
    offers.put(
        db,
        [
            offer(match_id, "2.0", "3.5", "4.0"),
            offer(match_id, "2.2", "3.5", "3.6", taken_at=later),
            offer(match_id, "2.5", "3.5", "3.1", taken_at=KICK_OFF, closing=True),
        ],
    )
    assert offers.latest(db, [match_id], later - timedelta(seconds=1))[match_id][0].prices[0] == Decimal("2.0")
    assert [o.prices[0] for o in offers.latest(db, [match_id], AFTER)[match_id]] == [Decimal("2.2")]
    assert offers.latest(db, [match_id], UPDATED_AT - timedelta(seconds=1)) == {}
    assert [o.prices[0] for o in offers.closing(db, [match_id])[match_id]] == [Decimal("2.5")]


@pytest.mark.case("L9")
def test_lines_and_bookmakers_do_not_mix(db: Connection, match_id: int) -> None:
    totals = offer(match_id, "1.9", "2.0", market=Market.TOTALS, line=Decimal("2.5"))
    stored = [totals, replace(totals, line=Decimal("3.5")), replace(totals, bookmaker="bet365")]
    offers.put(db, stored)
    assert len(offers.latest(db, [match_id], BEFORE)[match_id]) == 3


@pytest.mark.case("J2", "L8", "L11")
@pytest.mark.parametrize(
    ("source", "minutes", "counts"),
    [
        ("the_odds_api", -46, False),
        ("the_odds_api", -45, False),
        ("the_odds_api", -44, True),
        ("the_odds_api", -10, True),
        ("the_odds_api", 0, False),
        ("the_odds_api", 50, False),
        ("football_data_uk", -600, True),
        ("football_data_uk", 0, True),
    ],
)
def test_our_snapshot_is_a_closing_price_only_within_45_minutes_before_kick_off(
    db: Connection, match_id: int, source: str, minutes: int, counts: bool
) -> None:
    """A postponed match has another close; one brought forward was being played by then."""
    taken_at = KICK_OFF + timedelta(minutes=minutes)
    offers.put(db, [offer(match_id, source=source, closing=True, taken_at=taken_at)])
    assert (match_id in offers.closing(db, [match_id])) is counts


def test_empty_input_stores_and_returns_nothing(db: Connection, match_id: int) -> None:
    offers.put(db, [])
    assert offers.latest(db, [], BEFORE) == {}
    assert offers.closing(db, [match_id]) == {}
    assert offers.lines(db, [match_id]) == offers.lines(db, []) == {}


def test_lines_are_the_sharpest_bookmakers_last_prices_before_and_at_the_close(db: Connection, match_id: int) -> None:
    pinnacle = offer(match_id, "2.1", "3.4", "3.9", bookmaker="pinnacle", taken_at=UPDATED_AT + timedelta(hours=2))
    totals = offer(match_id, "1.9", "2.0", market=Market.TOTALS, line=Decimal("2.5"), bookmaker="bet365")
    offers.put(
        db,
        [
            pinnacle,
            offer(match_id, "2.0", "3.5", "4.0"),
            offer(match_id, "2.2", "3.5", "3.6", taken_at=UPDATED_AT + timedelta(hours=1)),
            offer(match_id, "9.0", "9.0", "9.0", bookmaker="market_best", taken_at=KICK_OFF),
            offer(match_id, "8.0", "8.0", "8.0", bookmaker="bwin", taken_at=KICK_OFF),
            replace(pinnacle, closing=True, taken_at=KICK_OFF),
            offer(match_id, closing=True, taken_at=KICK_OFF, prices=(Decimal(2), None, Decimal(4))),
            totals,
            replace(totals, bookmaker="market_average", line=Decimal("3.5")),
        ],
    )
    assert offers.lines(db, [match_id]) == {
        (match_id, False, "h2h"): [2.2, 3.5, 3.6],
        (match_id, True, "h2h"): [2.1, 3.4, 3.9],
        (match_id, False, "totals"): [1.9, 2.0],
    }


@pytest.mark.parametrize("place", range(len(SHARPEST_BOOKMAKERS)))
def test_lines_use_the_first_of_the_sharpest_bookmakers_with_an_offer(
    db: Connection, match_id: int, place: int
) -> None:
    bookmakers = SHARPEST_BOOKMAKERS[place:]
    prices = {bookmaker: Decimal(2 + SHARPEST_BOOKMAKERS.index(bookmaker)) for bookmaker in bookmakers}
    offers.put(db, [offer(match_id, bookmaker=b, prices=(p, p, p)) for b, p in reversed(prices.items())])
    assert offers.lines(db, [match_id]) == {(match_id, False, "h2h"): [2.0 + place] * 3}


def test_a_matchs_price_history_holds_every_offer_up_to_an_instant(db: Connection, match_id: int) -> None:
    pinnacle = offer(match_id, bookmaker="pinnacle", source="the_odds_api")
    hours = [
        replace(pinnacle, taken_at=UPDATED_AT + timedelta(hours=n), prices=(Decimal(n + 2),) * 3) for n in (2, 0, 1)
    ]
    totals = offer(match_id, "1.9", "2.0", market=Market.TOTALS, line=Decimal("2.5"))
    close = replace(pinnacle, taken_at=KICK_OFF - timedelta(minutes=10), closing=True)
    offers.put(db, [totals, *hours, close])
    history = offers.history(db, match_id, KICK_OFF)
    assert [(o.market, o.prices[0]) for o in history] == [
        *((Market.H2H, Decimal(price)) for price in (2, 3, 4)),
        (Market.H2H, close.prices[0]),
        (Market.TOTALS, Decimal("1.9")),
    ]
    assert len(offers.history(db, match_id, UPDATED_AT + timedelta(hours=1))) == 3
    assert offers.history(db, match_id + 1, KICK_OFF) == []


@pytest.mark.parametrize(("minutes", "expected"), [(17, 1), (44, 1), (45, 0), (24 * 60, 0)])
def test_a_snapshot_taken_45_minutes_or_more_before_kick_off_is_no_closing_price(
    db: Connection, match_id: int, minutes: int, expected: int
) -> None:
    early = offer(match_id, closing=True, source="the_odds_api", taken_at=KICK_OFF - timedelta(minutes=minutes))
    offers.put(db, [early])
    assert len(offers.closing(db, [match_id]).get(match_id, [])) == expected


def test_the_csv_services_closing_prices_count_at_any_time(db: Connection, match_id: int) -> None:
    offers.put(db, [offer(match_id, closing=True, taken_at=KICK_OFF - timedelta(hours=30))])
    assert len(offers.closing(db, [match_id])[match_id]) == 1


def test_strengths_are_learned_from_the_source_that_the_model_was_trained_on(db: Connection, match_id: int) -> None:
    offers.put(db, [offer(match_id, source="the_odds_api", bookmaker="pinnacle", closing=True, taken_at=KICK_OFF)])
    assert offers.lines(db, [match_id]) == {}
