"""Bets of a period at the best price of all, at that of stand-ins, and at an exchange's."""

import pytest

from local.bets_by_price import MIN_BETS, PRICES, BetsByPrice, bets_by_price, render
from shared.betting.prices import Market
from shared.forecasting.intervals import Interval
from shared.stores.betting import offers
from shared.stores.database import Connection
from tests.factories import insert_predictions, match_update, offer


def counts(db: Connection, **quoted: tuple[str, str, str]) -> list[int]:
    """Bets in all markets together by kind of price, on a home side worth 1.80."""
    (match_id,) = insert_predictions(db, match_update(score="2-0"))
    average = offer(match_id, "1.72", "3.70", "5.00")
    offers.put(db, [average, *(offer(match_id, *prices, bookmaker=name) for name, prices in quoted.items())])
    return [row.bets for row in bets_by_price(db, [match_id]) if row.market == "all"]


@pytest.mark.parametrize(
    ("bookmaker", "price", "bets"),
    [
        pytest.param("market_best", "1.85", [1, 0, 0], id="2.6 % on paper"),
        pytest.param("bet365", "1.85", [1, 1, 0], id="2.6 % at a stand-in"),
        pytest.param("bwin", "1.80", [0, 0, 0], id="a fair price"),
        pytest.param("betfair_exchange", "1.86", [0, 0, 0], id="2.6 % less the commission: 1.82, 0.8 %"),
        pytest.param("betfair_exchange", "1.90", [0, 0, 1], id="1.86, 2.9 %: an exchange's price is none of all"),
    ],
)
def test_a_match_is_bet_on_where_a_price_of_the_kind_is_worth_it(
    db: Connection, bookmaker: str, price: str, bets: list[int]
) -> None:
    assert counts(db, **{bookmaker: (price, "3.60", "4.80")}) == bets


def test_every_price_and_market_has_a_row_and_one_bet_gives_no_estimate(db: Connection) -> None:
    (match_id,) = insert_predictions(db, match_update(score="2-0"))
    offers.put(db, [offer(match_id, "1.90", "3.50", "4.60", bookmaker="bet365")])
    rows = bets_by_price(db, [match_id])
    assert [(row.price, row.market) for row in rows] == [(price, m) for price in PRICES for m in (*Market, "all")]
    assert [row.bets for row in rows] == [1, 0, 0, 1] * 2 + [0] * 4
    assert all(row.profit is row.closing_line_value is row.beat_close is None for row in rows)
    assert bets_by_price(db, []) == ()


def test_the_rows_in_words() -> None:
    interval = Interval(0.021, -0.004, 0.046)
    rows = [
        BetsByPrice("best of all", "totals", MIN_BETS, interval, interval, interval),
        BetsByPrice("bet365 or bwin", "all", 7, None, None, None),
        BetsByPrice("exchange less 5 %", "h2h", 0, None, None, None),
    ]
    assert render(rows) == [
        "bets by price and market without daily limits; fewer than 100 give no estimate:",
        "  best of all       totals     100 closing-line value +2.1% [-0.4%, +4.6%],"
        " beat the close +2.1% [-0.4%, +4.6%], profit +2.1% [-0.4%, +4.6%]",
        "  bet365 or bwin    all          7 too few",
    ]
