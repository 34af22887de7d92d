"""The input of season simulations from the ratings."""

from datetime import date, timedelta

import numpy as np
import pytest

from shared.forecasting.joint_ratings import LEAD, SUM
from shared.forecasting.joint_season import league_strengths
from shared.forecasting.result import Result
from shared.forecasting.season_ratings import SPREAD, season_input
from shared.forecasting.season_simulation import SeasonInput
from shared.forecasting.strengths import Strengths, learn

DAY = date(2024, 1, 10)
CLUBS = [118, 120, 132]


def learned(closing: tuple[float, float] | None) -> Strengths:
    """Arsenal beat Everton and Fulham week after week."""
    strengths = Strengths()
    for week in range(12):
        day = DAY - timedelta(weeks=12 - week)
        learn(strengths, [Result(day, "PL", 2023, 118, (120, 132)[week % 2], (3, 0), closing=closing)])
    return strengths


def of(strengths: Strengths, **forecasts: tuple[float, float]) -> SeasonInput:
    played, goals = np.zeros((3, 3), dtype=np.bool_), np.zeros((3, 3, 2), dtype=np.int8)
    published = {(118, 120): forecasts["published"]} if forecasts else {}
    return season_input(strengths, "PL", 2023, DAY, CLUBS, played, goals, np.ones((3, 3)), {120: -8}, published)


def test_rates_are_those_of_the_ratings_by_prices() -> None:
    """Prices, if there are any: they implied 1.2 goals each, whatever the scores were."""
    rates = of(learned((0.2, 0.2))).log_rates
    assert rates[0, 1] == pytest.approx([0.2, 0.2], abs=0.2)
    by_goals = of(learned(None)).log_rates
    assert by_goals[0, 1, 0] - by_goals[0, 1, 1] > 0.6


def test_a_published_forecast_replaces_the_ratings_and_a_deduction_counts() -> None:
    """Only in its own match."""
    plain, given = of(learned((0.2, 0.2))), of(learned((0.2, 0.2)), published=(0.9, -0.4))
    assert given.log_rates[0, 1].tolist() == [0.9, -0.4]
    given.log_rates[0, 1] = plain.log_rates[0, 1]
    assert (given.log_rates == plain.log_rates).all()
    assert given.deductions == (0, -8, 0)


def test_strengths_are_those_of_the_joint_filters_if_they_know_a_club_of_the_league() -> None:
    strengths = learned((0.2, 0.2))
    given, state = of(strengths), strengths.joint["ENG"]
    expected = league_strengths(state, 1, 2023, DAY.toordinal(), CLUBS, np.ones((3, 3)))
    assert (given.log_rates == expected.log_rates).all()
    assert (given.lead_covariance == expected.lead_covariance).all()
    assert (given.sum_covariance == expected.sum_covariance).all()
    assert given.lead_covariance[0, 1] != 0
    assert (given.lead_drift, given.sum_drift) == (LEAD.slow_drift, SUM.slow_drift)
    state.places = {team_id + 1000: place for team_id, place in state.places.items()}
    by_own_ratings = of(strengths)
    strengths.joint.clear()
    assert (by_own_ratings.lead_covariance == of(strengths).lead_covariance).all(), "it knows none"


def test_without_a_joint_state_the_less_is_known_of_a_club_the_wider_is_its_covariance() -> None:
    """Twice the variance of its rating, attack and defence; an unknown club has the widest one."""
    strengths = learned((0.2, 0.2))
    strengths.joint.clear()
    variances = np.diag(of(strengths).lead_covariance)
    assert variances[0] < variances[1]
    rating = strengths.clubs[118].ratings[0]
    assert variances[0] > 2 * SPREAD * rating.variance, "it has grown since the last match"
    del strengths.clubs[132]
    assert np.diag(of(strengths).sum_covariance)[2] == pytest.approx(2 * SPREAD * 0.1)
