"""A forecast says what it stands on, or is not made (assurance J10, M1, M5)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forecasting.forecast import Question, forecast
from shared.forecasting.grid import RHO
from shared.forecasting.ratings import Rating, Strengths

STRENGTHS = Strengths({1: Rating(0.4, 0.3, 1700, 80), 2: Rating(-0.1, -0.1, 1450, 80)}, {})
PRICED = Question(11, "ENG", 1, 1, 2, (0.62, 0.22, 0.16), 0.56)
RATED = replace(PRICED, match_id=12, outcome=None, over_25=None)
IN_EUROPE = replace(PRICED, match_id=13, nation=None)
UNKNOWABLE = replace(RATED, match_id=14, nation=None)


def test_with_prices_the_forecast_says_what_they_say():
    (said,) = forecast([PRICED], STRENGTHS)
    assert (said.match_id, said.basis) == (11, "prices")
    assert (said.markets.home, said.markets.draw, said.markets.away) == pytest.approx((0.62, 0.22, 0.16), abs=1e-9)
    assert dict(said.markets.over)[2.5] == pytest.approx(0.56, abs=1e-9)
    assert said.by_ratings is not None
    assert sum(said.by_ratings) == pytest.approx(1, abs=1e-12)
    assert said.by_ratings[0] != pytest.approx(0.62, abs=0.005)


def test_with_prices_the_ratings_change_nothing_but_what_they_say_themselves():
    with_ratings, without = forecast([PRICED], STRENGTHS), forecast([PRICED], Strengths({}, {}))
    assert replace(with_ratings[0], by_ratings=None) == replace(without[0], by_ratings=None)
    assert with_ratings[0].by_ratings != without[0].by_ratings


def test_without_prices_the_ratings_speak():
    (said,) = forecast([RATED], STRENGTHS)
    assert said.basis == "ratings"
    assert (said.home_rate, said.away_rate, said.rho) == (*STRENGTHS.goal_rates("ENG", 1, 1, 2), RHO)
    assert said.by_ratings == (said.markets.home, said.markets.draw, said.markets.away)
    assert said.markets.home > said.markets.away


def test_without_totals_the_outcome_still_is_that_of_the_prices():
    (said,) = forecast([replace(PRICED, over_25=None)], STRENGTHS)
    assert said.basis == "prices"
    assert said.rho == RHO
    assert (said.markets.home, said.markets.away) == pytest.approx((0.62, 0.16), abs=1e-9)


def test_between_two_scales_there_is_no_word_of_the_ratings():
    (said,) = forecast([IN_EUROPE], STRENGTHS)
    assert (said.basis, said.by_ratings) == ("prices", None)


@pytest.mark.parametrize("questions", [[], [UNKNOWABLE]])
def test_without_prices_and_scale_nothing_is_said(questions: list[Question]):
    assert forecast(questions, STRENGTHS) == []


PLAUSIBLE = st.tuples(st.floats(0.18, 0.30), st.floats(0.1, 0.9)).map(
    lambda drawn: (drawn[1] * (1 - drawn[0]), drawn[0], (1 - drawn[1]) * (1 - drawn[0]))
)


@given(
    st.lists(
        st.tuples(
            st.none() | PLAUSIBLE, st.none() | st.floats(0.4, 0.65), st.sampled_from([None, "ENG"]), st.integers(1, 4)
        ),
        max_size=8,
    )
)
@settings(deadline=None)
def test_the_matches_that_can_be_forecast_are_all_there_in_order(cases: list):
    questions = [
        Question(place, nation, 1, home, 5, outcome, over) for place, (outcome, over, nation, home) in enumerate(cases)
    ]
    said = forecast(questions, STRENGTHS)
    expected = [q for q in questions if q.outcome is not None or q.nation is not None]
    assert [f.match_id for f in said] == [q.match_id for q in expected]
    for f, q in zip(said, expected, strict=True):
        assert f.basis == ("ratings" if q.outcome is None else "prices")
        assert (f.by_ratings is None) == (q.nation is None)
        assert f.markets.home + f.markets.draw + f.markets.away == pytest.approx(1, abs=1e-12)
        if q.outcome is not None and q.over_25 is None:
            assert (f.markets.home, f.markets.draw, f.markets.away) == pytest.approx(q.outcome, abs=1e-7)
