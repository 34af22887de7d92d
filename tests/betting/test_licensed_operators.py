"""Only operators licensed in France are named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.betting.licensed_operators import LICENSED_IN_FRANCE, LIST_DATE, OPERATORS, display_name, is_unlicensed
from shared.clients.fact_sheets import CSV_BOOKMAKERS as OF_THE_CSV_SERVICE
from shared.clients.sources.the_odds_api import BOOKMAKERS


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
        "parionssport_fr",
        "betsson_fr",
        "bwin_fr",
        "genybet_fr",
        "vbet_fr",
    ],
)
def test_an_operator_that_is_not_licensed_is_not_named(bookmaker: str):
    assert display_name(bookmaker) is None


@pytest.mark.case("P9")
@given(st.text() | st.sampled_from([*LICENSED_IN_FRANCE]))
def test_no_name_is_shown_but_those_of_the_list(bookmaker: str):
    assert display_name(bookmaker) in {None, *OPERATORS}


@pytest.mark.case("P9")
@given(st.text() | st.sampled_from([*LICENSED_IN_FRANCE, "market_best", "pinnacle"]))
def test_a_bookmaker_is_unlicensed_exactly_when_it_has_no_display_name(bookmaker: str):
    assert is_unlicensed(bookmaker) == (display_name(bookmaker) is None)


@pytest.mark.case("P9")
def test_a_licensed_operator_is_named_by_its_french_house():
    assert display_name("winamax_fr") == "Winamax"
    assert set(LICENSED_IN_FRANCE.values()) < OPERATORS


@pytest.mark.case("P9")
def test_the_operators_are_those_that_the_regulator_listed_in_october_2026():
    assert date.fromisoformat(LIST_DATE) == date(2026, 10, 2)
    assert len(OPERATORS) == 16
    assert {"bet365", "PokerStars Sports", "Olybet", "Feelingbet", "Circus", "DAZN Bet", "YesOrNo"} < OPERATORS
    assert not any("Parions" in name for name in OPERATORS), "part of Unibet since March 2026"


@pytest.mark.case("P9")
def test_each_named_key_is_one_whose_prices_a_source_brings():
    """A key that no source has would promise a name that never comes."""
    assert set(LICENSED_IN_FRANCE) == {key for key in BOOKMAKERS if key.endswith("_fr")}
    assert not set(LICENSED_IN_FRANCE) & set(OF_THE_CSV_SERVICE.values()), "its bookmakers are in other countries"
