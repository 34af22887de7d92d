"""What the joint ratings learn from a match with closing prices."""

from datetime import date
from math import exp

import numpy as np
import pytest

from shared.forecasting.joint_filter import Fixture, JointState
from shared.forecasting.joint_ratings import JOINT, REACTION, joint_match, learn_day, log_rates
from shared.forecasting.shot_xg import Pair
from shared.forecasting.strengths import Strengths, learn
from tests.forecasting.played import played

DAY = date(2024, 4, 27).toordinal()
MATCH, CLOSING = Fixture(1, 2, 1, 2023), (0.4, 0.1)


def learned(goals: tuple[int, int], created: Pair | None = None) -> JointState:
    state = JOINT.start()
    learn_day(state, DAY, [joint_match(MATCH, goals, created, CLOSING)])
    return state


def test_log_rates_follow_the_closing_prices() -> None:
    before, after = log_rates(JOINT.start(), MATCH, DAY), log_rates(learned((1, 1)), MATCH, DAY + 7)
    for side in (0, 1):
        assert abs(after[side] - CLOSING[side]) < abs(before[side] - CLOSING[side])
    assert before == pytest.approx(((0.4 + 0.35) / 2, (0.4 - 0.35) / 2))


@pytest.mark.parametrize(
    ("goals", "created", "fell"),
    [((3, 1), None, (3.0, 1.0)), ((3, 1), (1.0, 2.0), (2.0, 1.5))],
    ids=["goals alone", "the mean of goals and chances"],
)
def test_both_clubs_react_to_goals_and_chances_beyond_the_closing_rates(
    goals: tuple[int, int], created: Pair | None, fell: Pair
) -> None:
    less, more = learned((1, 1)), learned(goals, created)
    lead, total = (fell[0] - fell[1]) - (1 - 1), sum(fell) - (1 + 1)
    home, away = more.places[1], more.places[2]
    moved = more.mean - less.mean
    assert moved[0, home : home + 2] == pytest.approx(lead * REACTION[0])
    assert moved[0, away : away + 2] == pytest.approx(-lead * REACTION[0])
    assert moved[1, home : home + 2] == pytest.approx(total * REACTION[1])
    assert moved[1, away : away + 2] == pytest.approx(total * REACTION[1])
    assert np.count_nonzero(moved) <= 8
    assert np.array_equal(more.covariance, less.covariance)


def test_an_expected_result_has_no_surprise() -> None:
    assert joint_match(MATCH, (1, 1), None, (0.0, 0.0)).surprise == (0.0, 0.0)
    assert joint_match(MATCH, (2, 0), None, CLOSING).surprise == pytest.approx((2 - exp(0.4), -exp(0.1)))


def test_a_match_without_prices_teaches_nothing() -> None:
    results = played()
    priced, every = Strengths(), Strengths()
    learn(priced, [result for result in results if result.closing is not None])
    learn(every, results)
    assert any(result.closing is None for result in results)
    assert priced.joint == every.joint
