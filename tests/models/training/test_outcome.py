"""The correction that is fitted to closing prices."""

import numpy as np
import pytest

from models.training import outcome
from models.training.outcome import fit_calibration
from shared.forecasting.grid import outcome_probabilities, score_grid
from shared.forecasting.temperature_scaling import Calibration, calibrate

CHANCE = np.random.default_rng(5)
GOALS = np.column_stack([CHANCE.normal(0.35, 0.3, 400), CHANCE.normal(0.1, 0.3, 400), np.full(400, -0.07)])


def shares(goals: np.ndarray) -> np.ndarray:
    return outcome_probabilities(score_grid(np.exp(goals[:, 0]), np.exp(goals[:, 1]), goals[:, 2]))


@pytest.mark.parametrize(
    "off", [Calibration(), Calibration(0.95, 0.02), Calibration(1.08, -0.03)], ids=["nothing", "wide", "narrow"]
)
def test_the_calibration_recovers_the_markets_parameters(off: Calibration):
    calibration = fit_calibration(GOALS, shares(calibrate(GOALS, off)))
    assert (calibration.stretch, calibration.rho_shift) == pytest.approx((off.stretch, off.rho_shift), abs=0.006)


def test_the_calibration_can_be_fitted_to_results():
    """Sure that every match is drawn, it brings the sides as near to each other as it may."""
    drawn = np.tile([0.0, 1.0, 0.0], (len(GOALS), 1))
    assert fit_calibration(GOALS, drawn) == Calibration(0.90, -0.06)


def test_half_of_a_forecast_may_start_from_a_column():
    """It is the mean of trees on the target, and of that column plus trees on what it lacks."""
    rows = CHANCE.normal(size=(300, 2, 3))
    targets = rows[:, :, 1] + 0.3 * (rows[:, :, 0] > 0)
    few: dict[str, object] = {**outcome.OUTCOME, "subsample": 1.0, "colsample_bytree": 1.0}
    both = outcome.train(rows, targets, ("a", "b", "c"), few, 5, base="b")
    alone = outcome.train(rows, targets, ("a", "b", "c"), few, 5)
    residual = outcome.train(rows, targets - rows[:, :, 1], ("a", "b", "c"), few, 5)
    expected = (alone.predict(rows) + rows[:, :, 1] + residual.predict(rows)) / 2
    assert both.predict(rows) == pytest.approx(expected, abs=1e-6)
    assert both.parity(rows) < 1e-5
    assert np.square(both.predict(rows) - targets).mean() < np.square(alone.predict(rows) - targets).mean()
