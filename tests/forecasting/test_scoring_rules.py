"""Scoring rules against published values and against penaltyblog."""

from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting.scoring_rules import brier_score, log_loss, ranked_probability_score

Forecast = tuple[float, float, float]
FORECASTS = st.tuples(*[st.floats(0.001, 1.0)] * 3).map(lambda w: (w[0] / sum(w), w[1] / sum(w), w[2] / sum(w)))
HOME, DRAW, AWAY = 0, 1, 2


@pytest.mark.parametrize(
    ("forecast", "outcome", "score"),
    [
        ((1.00, 0.00, 0.00), HOME, 0.0000),
        ((0.90, 0.10, 0.00), HOME, 0.0050),
        ((0.80, 0.10, 0.10), HOME, 0.0250),
        ((0.50, 0.25, 0.25), HOME, 0.1562),
        ((0.35, 0.30, 0.35), DRAW, 0.1225),
        ((0.60, 0.30, 0.10), DRAW, 0.1850),
        ((0.60, 0.25, 0.15), HOME, 0.0913),
        ((0.60, 0.15, 0.25), HOME, 0.1113),
        ((0.57, 0.33, 0.10), HOME, 0.0975),
        ((0.60, 0.20, 0.20), HOME, 0.1000),
    ],
)
def test_the_examples_of_constantinou_and_fenton(forecast: Forecast, outcome: int, score: float):
    """Solving the Problem of Inadequate Scoring Rules (2012), J. Quantitative Analysis in Sports 8(1), table 2."""
    assert ranked_probability_score(forecast, outcome) == pytest.approx(score, abs=6e-5)


def test_a_uniform_forecast_has_the_known_reference_scores():
    uniform = (1 / 3, 1 / 3, 1 / 3)
    assert [ranked_probability_score(uniform, o) for o in range(3)] == pytest.approx([5 / 18, 1 / 9, 5 / 18])
    assert [log_loss(uniform, o) for o in range(3)] == pytest.approx([1.09861] * 3, abs=5e-6)
    assert [brier_score(uniform, o) for o in range(3)] == pytest.approx([0.66667] * 3, abs=5e-6)


def test_penaltyblog_gives_the_same_scores():
    from penaltyblog.metrics import (  # noqa: PLC0415 - takes four seconds
        ignorance_score,
        multiclass_brier_score,
        rps_array,
    )

    random = np.random.default_rng(1969)
    forecasts, outcomes = random.dirichlet([3.0, 2.0, 2.0], 300), random.integers(0, 3, 300)
    cases = [(tuple(map(float, f)), int(o)) for f, o in zip(forecasts, outcomes, strict=True)]
    ranked = [ranked_probability_score(f, o) for f, o in cases]
    np.testing.assert_allclose(ranked, rps_array(forecasts, outcomes), rtol=0, atol=1e-12)
    mean_brier = np.mean([brier_score(f, o) for f, o in cases])
    assert mean_brier == pytest.approx(multiclass_brier_score(forecasts, outcomes), abs=1e-12)
    mean_bits = np.mean([log_loss(f, o) for f, o in cases]) / log(2)
    assert mean_bits == pytest.approx(ignorance_score(forecasts, outcomes), abs=1e-9)


@given(FORECASTS, st.integers(0, 2))
def test_scores_stay_within_their_bounds(forecast: Forecast, outcome: int):
    assert 0 <= ranked_probability_score(forecast, outcome) <= 1
    assert 0 <= brier_score(forecast, outcome) <= 2
    assert 0 <= log_loss(forecast, outcome) < inf


@given(FORECASTS, FORECASTS)
def test_scoring_rules_are_proper(believed: Forecast, stated: Forecast):
    for rule in (ranked_probability_score, brier_score, log_loss):
        honest, other = (sum(p * rule(f, o) for o, p in enumerate(believed)) for f in (believed, stated))
        assert honest <= other + 1e-12
