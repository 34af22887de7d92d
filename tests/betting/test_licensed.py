"""Only operators licensed in France are named (assurance P9)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.licensed import LICENSED_IN_FRANCE, LISTED_ON, on_paper, shown_name

LICENSED = {
    "Betclic", "Winamax", "Unibet", "PMU", "Parions Sport", "Bwin", "NetBet", "VBET", "Betsson", "Genybet",
}  # fmt: skip


@pytest.mark.parametrize(
    "bookmaker",
    [
        "pinnacle",
        "bet365",
        "betfair_exchange",
        "market_best",
        "market_average",
        "mean",
        "unibet_uk",
        "Unibet",
        "",
        "pmu",
    ],
)
def test_p9_an_operator_that_is_not_licensed_is_not_named(bookmaker: str):
    assert shown_name(bookmaker) is None


@given(st.text() | st.sampled_from([*LICENSED_IN_FRANCE]))
def test_p9_no_name_is_shown_but_those_of_the_list(bookmaker: str):
    assert shown_name(bookmaker) in {None, *LICENSED}


@given(st.text() | st.sampled_from([*LICENSED_IN_FRANCE, "market_best", "pinnacle"]))
def test_p9_a_price_is_one_on_paper_where_nobody_may_be_named(bookmaker: str):
    assert on_paper(bookmaker) == (shown_name(bookmaker) is None)


def test_p9_a_licensed_operator_is_named_by_its_french_house():
    assert shown_name("winamax_fr") == "Winamax"
    assert shown_name("parionssport_fr") == "Parions Sport"
    assert set(LICENSED_IN_FRANCE.values()) == LICENSED


def test_p9_the_list_says_how_old_it_is():
    assert date.fromisoformat(LISTED_ON) >= date(2026, 11, 22)
