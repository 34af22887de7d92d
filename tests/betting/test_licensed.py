"""Only operators licensed in France are named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.licensed import LICENSED_IN_FRANCE, LISTED_ON, on_paper, shown_name

LICENSED = {
    "Betclic", "Winamax", "Unibet", "PMU", "Parions Sport", "Bwin", "NetBet", "VBET", "Betsson", "Genybet",
}  # fmt: skip


@pytest.mark.case("P9")
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
def test_an_operator_that_is_not_licensed_is_not_named(bookmaker: str):
    assert shown_name(bookmaker) is None


@pytest.mark.case("P9")
@given(st.text() | st.sampled_from([*LICENSED_IN_FRANCE]))
def test_no_name_is_shown_but_those_of_the_list(bookmaker: str):
    assert shown_name(bookmaker) in {None, *LICENSED}


@pytest.mark.case("P9")
@given(st.text() | st.sampled_from([*LICENSED_IN_FRANCE, "market_best", "pinnacle"]))
def test_a_price_is_one_on_paper_where_nobody_may_be_named(bookmaker: str):
    assert on_paper(bookmaker) == (shown_name(bookmaker) is None)


@pytest.mark.case("P9")
def test_a_licensed_operator_is_named_by_its_french_house():
    assert shown_name("winamax_fr") == "Winamax"
    assert shown_name("parionssport_fr") == "Parions Sport"
    assert set(LICENSED_IN_FRANCE.values()) == LICENSED


@pytest.mark.case("P9")
def test_the_list_says_how_old_it_is():
    assert date.fromisoformat(LISTED_ON) >= date(2026, 11, 22)
