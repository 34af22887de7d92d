"""Pi-ratings against the paper's equations by hand; penaltyblog's variant has another error function."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting.pi_ratings import changes, goal_difference

RATINGS = st.floats(-3, 3)


@pytest.mark.parametrize(
    ("rating", "goals"),
    [(0, 0), (1.6, 2.414549), (-1.2, -1.511886), (3, 9), (-3, -9)],  # 10^(|rating| / 3) - 1, with its sign
)
def test_the_expected_goal_difference_of_a_rating_by_hand(rating: float, goals: float):
    assert goal_difference(rating) == pytest.approx(goals, abs=1e-6)


def test_a_change_by_hand():
    """A 1.6 at home meets a -1.2 away: 2.414549 + 1.511886 = 3.926435 goals expected, 3 seen, an error of 0.926435.

    It weighs 3 log10(1.926435) = 0.854263, and 0.035 of that is 0.0298992.
    """
    assert changes(1.6, -1.2, 3) == pytest.approx((-0.0298992, 0.0298992), abs=1e-6)


def test_a_goal_more_than_expected_by_hand():
    """Two clubs of nought, 1-0: 0.035 × 3 log10(2)."""
    assert changes(0, 0, 1) == pytest.approx((0.0316081, -0.0316081), abs=1e-6)


@given(RATINGS, RATINGS, st.integers(-9, 9))
def test_both_learn_the_same_from_the_same_error(home: float, away: float, lead: int):
    at_home, at_away = changes(home, away, lead)
    assert at_home == -at_away
    assert (at_home > 0) == (lead > goal_difference(home) - goal_difference(away))
    assert changes(away, home, -lead) == pytest.approx((-at_home, -at_away))


@pytest.mark.parametrize("sign", [1, -1])
def test_each_further_goal_teaches_less(sign: int):
    taught = [abs(changes(0.3, 0.3, sign * lead)[0]) for lead in range(9)]
    steps = [more - less for less, more in pairwise(taught)]
    assert taught[0] == 0
    assert steps == sorted(steps, reverse=True)
    assert min(steps) > 0
