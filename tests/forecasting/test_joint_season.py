"""A league by the joint filters agrees with their forecast of each match, and leaves the state as it was."""

from datetime import date, timedelta

import numpy as np
import pytest

from shared.forecasting import joint_ratings
from shared.forecasting.joint_filter import Fixture, pack
from shared.forecasting.joint_ratings import LEAD, SUM
from shared.forecasting.joint_season import league_strengths
from shared.forecasting.strengths import Strengths, learn
from tests.forecasting.played import SECOND_START, played

UNKNOWN = 9_999
LAST = date(2022, 6, 1)


@pytest.fixture(scope="module")
def strengths() -> Strengths:
    """After the first season of two divisions."""
    learned = Strengths()
    learn(learned, [result for result in played() if result.day < SECOND_START])
    return learned


@pytest.mark.parametrize("tier", [1, 2])
@pytest.mark.parametrize("season", [2021, 2022])
def test_rates_are_those_of_the_filters_forecast_of_each_match(strengths: Strengths, tier: int, season: int) -> None:
    """Whenever it is played; of newcomers too, and of clubs that a new season has dropped."""
    state = strengths.joint["ENG"]
    clubs, day = [*list(state.places)[:5], UNKNOWN], state.day + 40
    days = np.arange(36.0).reshape(6, 6) * 3
    rates = league_strengths(state, tier, season, day, clubs, days).log_rates
    for i, home in enumerate(clubs):
        for j, away in enumerate(clubs):
            if i != j:
                fixture = Fixture(home, away, tier, season)
                expected = joint_ratings.log_rates(state, fixture, day + int(days[i, j]))
                assert rates[i, j] == pytest.approx(expected, abs=1e-12)


def test_covariances_are_those_of_the_slow_parts_on_the_day(strengths: Strengths) -> None:
    """Of clubs that met others in common they are not 0; a newcomer's is that of an unknown club."""
    state = strengths.joint["ENG"]
    before, clubs = pack(state), [*list(state.places)[:4], UNKNOWN]
    soon, later = (league_strengths(state, 1, 2021, state.day + days, clubs, np.zeros((5, 5))) for days in (1, 11))
    assert pack(state) == before
    for of, name in ((LEAD, "lead_covariance"), (SUM, "sum_covariance")):
        now, then = getattr(soon, name), getattr(later, name)
        assert now[4].tolist() == [0, 0, 0, 0, of.slow_variance]
        assert (now[:4, :4] != 0).all()
        np.testing.assert_allclose(np.diag(then - now)[:4], 10 * of.slow_drift, rtol=1e-9)
        np.testing.assert_array_equal(now, now.T)
    place = state.places[clubs[0]]
    assert soon.lead_covariance[0, 0] == pytest.approx(state.covariance[0, place, place] + LEAD.slow_drift)
    assert soon.lead_covariance.tolist() != soon.sum_covariance.tolist()


def test_a_new_season_makes_every_club_less_known(strengths: Strengths) -> None:
    state = strengths.joint["ENG"]
    clubs, day = list(state.places)[:4], (LAST + timedelta(days=70)).toordinal()
    same, new = (league_strengths(state, 1, season, day, clubs, np.zeros((4, 4))) for season in (2021, 2022))
    summer = np.diag(new.lead_covariance - same.lead_covariance)
    np.testing.assert_allclose(summer, LEAD.slow_summer, rtol=1e-9)
