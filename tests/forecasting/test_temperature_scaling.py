import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting.grid import outcome_probabilities, score_grid
from shared.forecasting.temperature_scaling import Calibration, calibrate

GOALS = st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.floats(-0.3, 0.3)), min_size=1, max_size=5)
TEMPERS = st.builds(Calibration, st.floats(0.5, 1.5), st.floats(-0.1, 0.1))


@given(GOALS)
def test_the_neutral_temper_changes_nothing(goals: list[tuple[float, float, float]]):
    np.testing.assert_allclose(calibrate(np.array(goals), Calibration()), goals, rtol=0, atol=1e-15)


@given(GOALS, TEMPERS)
def test_the_sum_of_the_log_rates_stays_their_difference_is_stretched_and_rho_is_shifted(
    goals: list[tuple[float, float, float]], temper: Calibration
):
    before, after = np.array(goals), calibrate(np.array(goals), temper)
    np.testing.assert_allclose(after[:, :2].sum(axis=1), before[:, :2].sum(axis=1), rtol=0, atol=1e-12)
    lead = before[:, 0] - before[:, 1]
    np.testing.assert_allclose(after[:, 0] - after[:, 1], temper.stretch * lead, rtol=0, atol=1e-12)
    np.testing.assert_allclose(after[:, 2], before[:, 2] + temper.rho_shift, rtol=0, atol=1e-15)


def test_calibration_by_hand():
    assert calibrate(np.array([[0.5, 0.1, -0.07]]), Calibration(1.1, -0.02))[0] == pytest.approx([0.52, 0.08, -0.09])


def test_a_stretch_favours_the_favourite_and_a_lower_rho_the_draw():
    def shares(temper: Calibration) -> np.ndarray:
        home, away, rho = calibrate(np.array([[0.5, 0.1, -0.07]]), temper)[0]
        return outcome_probabilities(score_grid(np.exp(home), np.exp(away), rho))

    usual = shares(Calibration())
    assert shares(Calibration(stretch=1.1))[0] > usual[0]
    assert shares(Calibration(rho_shift=-0.02))[1] > usual[1]


def test_no_match_is_no_match():
    assert calibrate(np.empty((0, 3)), Calibration(1.1, 0.1)).shape == (0, 3)
