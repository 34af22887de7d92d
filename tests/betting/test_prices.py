"""Which prices may be trusted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.policy import POLICY
from shared.betting.prices import Market, Offer, filter_offers, offer_line, overround

D = Decimal
KICK_OFF = datetime(2026, 10, 24, 19, tzinfo=UTC)
NOW = KICK_OFF - timedelta(hours=5)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def offer(*prices: str | None, bookmaker: str = "bet365", market: Market = Market.H2H, line: str = "0") -> Offer:
    return Offer(
        match_id=1,
        source="the_odds_api",
        bookmaker=bookmaker,
        market=market,
        line=D(line),
        prices=tuple(None if price is None else D(price) for price in prices),
        taken_at=NOW - timedelta(hours=1),
    )


FAIR = offer("2.00", "3.50", "4.00")  # overround 1.0357


def reasons(*offers: Offer, now: datetime = NOW) -> list[str | None]:
    """Why each offer is refused, None where it is not."""
    fit, refused = filter_offers(offers, KICK_OFF, now, POLICY)
    why = {id(r.offer): r.reason for r in refused}
    assert [o for o in offers if id(o) not in why] == list(fit)
    return [why.get(id(o)) for o in offers]


@pytest.mark.parametrize(
    ("tried", "reason"),
    [
        pytest.param(FAIR, None, id="a price like any other"),
        pytest.param(
            offer("1.01", "21.00", "34.00"), "a placeholder price", marks=pytest.mark.case("L1"), id="up to 1.01"
        ),
        pytest.param(offer("1.02", "21.00", "34.00"), None, marks=pytest.mark.case("L1"), id="from 1.02 on"),
        pytest.param(
            offer("1.00", "1.00", "1.00"), "a placeholder price", marks=pytest.mark.case("L1"), id="nothing to win"
        ),
        pytest.param(
            offer("2.00", None, "4.00"), "an outcome has no price", marks=pytest.mark.case("L2"), id="no draw"
        ),
        pytest.param(
            offer("2.20", "3.60", "3.90"),
            "its overround is out of bounds",
            marks=pytest.mark.case("L3"),
            id="0.989: an arbitrage",
        ),
        pytest.param(offer("2.00", "4.00", "4.00"), None, marks=pytest.mark.case("L3"), id="1.00 exactly"),
        pytest.param(
            offer("2.00", "2.50", "3.33"), "its overround is out of bounds", marks=pytest.mark.case("L3"), id="1.2003"
        ),
        pytest.param(offer("2.00", "2.50", "3.34"), None, marks=pytest.mark.case("L3"), id="1.1994"),
        pytest.param(
            offer("2.20", "3.60", "3.90", bookmaker="market_average"),
            "its overround is out of bounds",
            marks=pytest.mark.case("L3"),
            id="an average",
        ),
        pytest.param(
            offer("2.20", "3.60", "3.90", bookmaker="market_best"),
            None,
            marks=pytest.mark.case("L3"),
            id="the best of many is no set",
        ),
    ],
)
def test_an_offer_by_itself(tried: Offer, reason: str | None):
    assert reasons(tried) == [reason]


@pytest.mark.case("L4")
@pytest.mark.parametrize(("source", "hours"), [("football_data_uk", 96), ("the_odds_api", 6)])
def test_prices_expire_by_source(source: str, hours: int):
    oldest = replace(FAIR, source=source, taken_at=NOW - timedelta(hours=hours))
    assert reasons(oldest) == [None]
    assert reasons(replace(oldest, taken_at=oldest.taken_at - SECOND)) == ["too old"]


@pytest.mark.case("L4")
def test_prices_of_a_source_without_a_limit_are_not_used():
    assert reasons(replace(FAIR, source="hearsay")) == ["too old"]


@pytest.mark.case("L8")
@pytest.mark.parametrize(
    ("changed", "now", "reason"),
    [
        pytest.param({"taken_at": KICK_OFF - SECOND}, KICK_OFF, None, id="the last second before"),
        pytest.param({"taken_at": KICK_OFF}, KICK_OFF, "not a price from before kick-off", id="at kick-off"),
        pytest.param({"taken_at": KICK_OFF + SECOND}, KICK_OFF, "not a price from before kick-off", id="in play"),
        pytest.param({"closing": True}, NOW, "not a price from before kick-off", id="closing prices"),
        pytest.param({"taken_at": NOW + SECOND}, NOW, "from the future", id="taken in the future"),
    ],
)
def test_only_prices_taken_before_kick_off_and_now_are_used(changed: dict, now: datetime, reason: str | None):
    assert reasons(replace(FAIR, **changed), now=now) == [reason]


@pytest.mark.case("L6")
def test_a_price_far_from_the_median_of_all_is_dropped():
    others = [offer("2.00", "3.50", "4.00", bookmaker=name) for name in ("a", "b", "c")]
    # 5.60 is 40 % above 4.00, and 5.61 more than that.
    assert reasons(*others, offer("1.75", "3.40", "5.60", bookmaker="d")) == [None] * 4
    assert reasons(*others, offer("1.75", "3.40", "5.61", bookmaker="d")) == [None] * 3 + [
        "far off the other bookmakers"
    ]


@pytest.mark.case("L6")
def test_the_median_of_an_even_number_of_prices_is_the_mean_of_the_two_in_the_middle():
    """3.00 lies between 2.20 and 3.80, and within 40 % of both; neither is within 40 % of the other."""
    prices = [("3.80", "3.50", "2.20"), ("3.80", "3.50", "2.20"), ("2.20", "3.50", "3.80"), ("2.20", "3.50", "3.80")]
    offers = [offer(*each, bookmaker=name) for name, each in zip("abcd", prices, strict=True)]
    assert reasons(*offers) == [None] * 4


@pytest.mark.case("L6")
def test_two_bookmakers_have_no_median_to_be_far_from():
    assert reasons(offer("2.00", "3.50", "4.00"), offer("1.25", "6.00", "15.00", bookmaker="a")) == [None, None]


@pytest.mark.case("L6")
def test_of_three_bookmakers_one_may_be_far_from_the_median():
    others = [offer("2.00", "3.50", "4.00", bookmaker=name) for name in ("a", "b")]
    assert reasons(*others, offer("1.75", "3.40", "5.61", bookmaker="c")) == [
        None,
        None,
        "far off the other bookmakers",
    ]


@pytest.mark.case("L7")
def test_swapped_prices_are_rejected_as_swapped():
    others = [offer("1.50", "4.33", "6.50", bookmaker=name) for name in ("a", "b", "c")]
    assert reasons(*others, offer("6.40", "4.30", "1.51", bookmaker="d")) == [None] * 3 + ["home and away look swapped"]


@pytest.mark.case("L9")
def test_lines_are_never_compared_with_each_other():
    low = [offer("1.30", "3.60", bookmaker=name, market=Market.TOTALS, line="1.5") for name in ("a", "b", "c")]
    high = [offer("3.40", "1.33", bookmaker=name, market=Market.TOTALS, line="3.5") for name in ("d", "e", "f")]
    level = [offer("1.90", "1.95", bookmaker=name, market=Market.HANDICAP, line="3.5") for name in ("g", "h", "i")]
    assert reasons(*low, *high, *level) == [None] * 9


@pytest.mark.case("L4")
def test_of_one_bookmaker_s_prices_from_two_sources_only_the_newest_are_used():
    stale = replace(FAIR, source="football_data_uk", prices=(D("2.20"), D("3.50"), D("3.60")), taken_at=NOW - 40 * HOUR)
    totals = replace(stale, market=Market.TOTALS, line=D("2.5"), prices=(D("1.90"), D("1.95")))
    for offers in ([stale, FAIR, totals], [totals, FAIR, stale]):
        fit, refused = filter_offers(offers, KICK_OFF, NOW, POLICY)
        assert set(fit) == {FAIR, totals}
        assert refused == ()


@pytest.mark.case("L4")
@pytest.mark.parametrize(
    ("newer", "older"), [("the_odds_api", "football_data_uk"), ("football_data_uk", "the_odds_api")]
)
def test_the_newer_price_counts_regardless_of_its_source(newer: str, older: str):
    past = replace(FAIR, source=older, prices=(D("2.10"), D("3.50"), D("3.70")), taken_at=FAIR.taken_at - SECOND)
    now = replace(FAIR, source=newer)
    for offers in ([past, now], [now, past]):
        assert filter_offers(offers, KICK_OFF, NOW, POLICY) == ((now,), ())


@pytest.mark.case("G1")
def test_of_two_sources_at_the_same_second_the_same_one_counts_in_any_order():
    one, other = FAIR, replace(FAIR, source="football_data_uk", prices=(D("2.10"), D("3.50"), D("3.70")))
    assert (
        filter_offers([one, other], KICK_OFF, NOW, POLICY)[0] == filter_offers([other, one], KICK_OFF, NOW, POLICY)[0]
    )


@pytest.mark.case("L4")
def test_a_newer_price_that_is_rejected_does_not_hide_the_older_one():
    stale = replace(FAIR, source="football_data_uk", taken_at=NOW - 40 * HOUR)
    broken = offer("2.00", None, "4.00")
    assert filter_offers([stale, broken], KICK_OFF, NOW, POLICY)[0] == (stale,)


@pytest.mark.case("L6")
def test_one_bookmaker_is_counted_once_against_the_others():
    duplicate = offer("2.00", "3.50", "4.00", bookmaker="a")
    again = replace(duplicate, source="football_data_uk", taken_at=NOW - 2 * HOUR)
    assert (
        len(filter_offers([duplicate, again, offer("1.75", "3.40", "5.90", bookmaker="b")], KICK_OFF, NOW, POLICY)[0])
        == 2
    )


OFFERS = st.builds(
    lambda prices, bookmaker, source, hours, closing, line: Offer(
        1, source, bookmaker, Market.TOTALS, line, prices, NOW - timedelta(hours=hours), closing
    ),
    st.tuples(*[st.none() | st.decimals("1.00", 9, places=2)] * 2),
    st.sampled_from(["market_best", "market_average", "a", "b", "c", "d"]),
    st.sampled_from(["football_data_uk", "the_odds_api"]),
    st.integers(-8, 100),
    st.booleans(),
    st.sampled_from([D("2.5"), D("3.5")]),
)


def _age(offer: Offer) -> datetime:
    return offer.taken_at


@given(st.lists(OFFERS, max_size=12))
def test_every_offer_is_used_rejected_with_a_reason_or_superseded(offers: list[Offer]):
    fit, refused = filter_offers(offers, KICK_OFF, NOW, POLICY)
    assert all(r.reason for r in refused)
    newest = {(o.bookmaker, o.line): o.taken_at for o in sorted((*fit, *(r.offer for r in refused)), key=_age)}
    assert all(newest[o.bookmaker, o.line] >= o.taken_at for o in offers if o not in [r.offer for r in refused])
    assert len({(o.bookmaker, o.line) for o in fit}) == len(fit)
    assert all(price is not None and price > D("1.01") for o in fit for price in o.prices)
    assert all(o.taken_at <= NOW and not o.closing for o in fit)


@pytest.mark.case("F10")
def test_the_overround_is_an_exact_decimal():
    margin = overround([D("2.00"), D("4.00"), D("4.00")])
    assert isinstance(margin, Decimal)
    assert margin == 1


@pytest.mark.parametrize(
    ("market", "outcome", "expected"),
    [
        (Market.HANDICAP, "home", "-0.25"),
        (Market.HANDICAP, "away", "0.25"),
        (Market.TOTALS, "under", "-0.25"),
        (Market.H2H, "away", "-0.25"),
    ],
)
def test_only_a_bet_on_the_away_side_s_handicap_has_the_opposite_line(market: Market, outcome: str, expected: str):
    assert offer_line(market, outcome, D("-0.25")) == D(expected)
