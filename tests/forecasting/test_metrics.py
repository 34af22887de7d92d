from collections.abc import Callable

import numpy as np
import pytest

from shared.forecasting import metrics, scoring_rules

FORECAST = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3]])
OUTCOME = np.array([0, 1, 2])


def test_ranked_probability_scores_are_those_worked_out_by_hand():
    assert metrics.rps(FORECAST, OUTCOME) == pytest.approx([0.145, 0.25, 0.29])


def test_scores_are_those_of_each_match_by_itself():
    for of_many, of_one in (
        (metrics.rps, scoring_rules.ranked_probability_score),
        (metrics.log_loss, scoring_rules.log_loss),
        (metrics.brier, scoring_rules.brier_score),
    ):
        assert of_many(FORECAST, OUTCOME).tolist() == [
            of_one(tuple(shares), int(came)) for shares, came in zip(FORECAST.tolist(), OUTCOME, strict=True)
        ]


@pytest.mark.parametrize("score", [metrics.rps, metrics.log_loss, metrics.brier])
def test_a_forecast_without_an_outcome_is_an_error(score: Callable[[np.ndarray, np.ndarray], np.ndarray]):
    with pytest.raises(ValueError, match="shorter"):
        score(FORECAST, OUTCOME[:2])


def test_binary_log_loss_uses_the_probability_of_the_observed_outcome():
    loss = metrics.binary_log_loss(np.array([0.8, 0.8]), np.array([True, False]))
    assert loss == pytest.approx([-np.log(0.8), -np.log(0.2)])


def test_calibration_error_is_that_worked_out_by_hand():
    # Ten home wins at 60, 30 and 10 %: the pairs in order are ten of 10 % and ten of 30 % that did not come, and ten of
    # 60 % that did; each bin holds three, so the fourth and the seventh are mixed.
    forecast = np.tile([0.6, 0.3, 0.1], (10, 1))
    bins = [0.3, 0.3, 0.3, 0.1 + 0.3 + 0.3, 0.9, 0.9, 0.3 + 0.3 - 0.4, 1.2, 1.2, 1.2]
    assert metrics.calibration_error(forecast, np.zeros(10, dtype=int)) == pytest.approx(sum(bins) / 30)


@pytest.mark.parametrize("n", [1, 4, 7])
def test_bins_of_the_calibration_error_differ_by_one_pair_at_most(n: int):
    """The first ones are larger, as `numpy.array_split` makes them."""
    forecast = np.random.default_rng(n).dirichlet((3, 2, 2), n)
    errors = (forecast - np.array([1, 0, 0])).ravel()[forecast.ravel().argsort()]
    expected = sum(abs(part.sum()) for part in np.array_split(errors, 10)) / (3 * n)
    assert metrics.calibration_error(forecast, np.zeros(n, dtype=int)) == pytest.approx(expected)


def test_thirds_that_come_as_thirds_have_no_calibration_error():
    assert metrics.calibration_error(np.full((30, 3), 1 / 3), np.tile([0, 1, 2], 10)) == pytest.approx(0, abs=1e-12)


def test_calibration_noise_shrinks_with_the_root_of_the_sample():
    forecast = np.random.default_rng(5).dirichlet([4, 3, 3], 4000)
    few, many = (metrics.calibration_noise(forecast[:n], simulations=200) for n in (1000, 4000))
    assert few[0] / many[0] == pytest.approx(2, rel=0.15)
    assert 0 < many[0] < many[1]


def test_the_bootstrap_interval_has_the_theoretical_width_and_is_deterministic():
    values = np.random.default_rng(5).normal(0.5, 2.0, (900, 1))
    (spread,) = metrics.bootstrap_means(values)
    assert spread.value == pytest.approx(values.mean())
    assert spread.high - spread.low == pytest.approx(2 * 1.96 * values.std() / 30, rel=0.1)
    assert metrics.bootstrap_means(values) == [spread]


def test_columns_share_their_resamples():
    values = np.random.default_rng(5).normal(size=(50, 1))
    first, second = metrics.bootstrap_means(np.hstack([values, values + 1]))
    assert second.low - first.low == pytest.approx(1)
