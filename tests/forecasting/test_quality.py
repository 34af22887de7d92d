"""The one judge of forecasts: it lets good ones pass, and names what is wrong with others."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting import metrics, quality
from shared.forecasting.intervals import Interval
from shared.forecasting.metrics import Floats, Ints
from shared.forecasting.quality import (
    CLOSING_LINE_VALUE_BOUNDS,
    GAP_BOUNDS,
    MIN_SAMPLE,
    QualityMetric,
    ScoredMatch,
    evaluate,
)

Spoil = Callable[[Floats, Ints], Floats]


def played(n: int, seed: int = 1) -> tuple[Floats, Ints]:
    """The true probabilities of matches, and what came."""
    chance = np.random.default_rng(seed)
    truth = chance.dirichlet([4.5, 2.6, 3.0], n)
    return truth, (chance.random((n, 1)) > truth.cumsum(axis=1)[:, :2]).sum(axis=1)


def noisy(truth: Floats, noise: float, seed: int = 2) -> Floats:
    """Forecasts made from the truth with some noise in the logarithms."""
    seen = truth * np.exp(np.random.default_rng(seed).normal(0, noise, truth.shape))
    return seen / seen.sum(axis=1, keepdims=True)


def matches(
    forecast: Floats, closing: Floats, outcome: Ints, basis: str = "prices", value: float = 0.03
) -> list[ScoredMatch]:
    """A match each with a pick on it, whose values scatter around the given one."""
    shares = [[(h, d, a) for h, d, a in array.tolist()] for array in (forecast, closing)]
    values = value + np.random.default_rng(3).normal(0, 0.06, len(outcome))
    return [
        ScoredMatch({basis: shares_of_match}, close, result, (one,))
        for shares_of_match, close, result, one in zip(*shares, outcome.tolist(), values.tolist(), strict=True)
    ]


def alarms(metrics: dict[int, list[QualityMetric]]) -> set[tuple[int, str, str]]:
    return {(window, f.basis, f.name) for window, figures in metrics.items() for f in figures if f.alarm}


def stretched(power: float) -> Spoil:
    return lambda stated, _: stated**power / (stated**power).sum(axis=1, keepdims=True)


def knowing(share: float) -> Spoil:
    """A leak: a little of the result is in the forecast."""
    return lambda stated, outcome: (1 - share) * stated + share * np.eye(3)[outcome]


@pytest.mark.parametrize("basis", GAP_BOUNDS)
def test_forecasts_nearly_as_good_as_the_close_pass(basis: str):
    truth, outcome = played(1000)
    assert alarms(evaluate(matches(noisy(truth, 0.06), truth, outcome, basis))) == set()


@pytest.mark.case("M8")
@pytest.mark.parametrize(
    ("spoil", "names"),
    [
        pytest.param(lambda stated, _: stated[:, ::-1], {"gap", "calibration_error"}, id="home and away swapped"),
        pytest.param(lambda stated, _: np.roll(stated, 1, axis=0), {"gap"}, id="the match before"),
        pytest.param(stretched(1.6), {"gap", "calibration_error"}, id="too sure"),
        pytest.param(stretched(0.5), {"calibration_error"}, id="too timid"),
        pytest.param(knowing(0.05), {"gap"}, id="knows the result a little"),
    ],
)
def test_a_spoilt_forecast_raises_an_alarm_for_each_metric_out_of_bounds(spoil: Spoil, names: set[str]):
    """Too good to be true is an alarm too."""
    truth, outcome = played(1000)
    raised = alarms(evaluate(matches(spoil(noisy(truth, 0.06), outcome), truth, outcome)))
    assert {(1000, "prices", name) for name in names} <= raised


@pytest.mark.parametrize(("value", "alarm"), [(-0.02, True), (0.0, False), (0.03, False), (0.06, False), (0.08, True)])
def test_the_closing_line_value_of_picks_may_be_neither_below_nothing_nor_incredible(value: float, alarm: bool):
    truth, outcome = played(1000)
    raised = alarms(evaluate(matches(noisy(truth, 0.06), truth, outcome, value=value)))
    assert ((1000, "prices", "closing_line_value") in raised) is alarm


def test_below_the_minimum_sample_there_is_no_estimate_and_no_alarm():
    truth, outcome = played(MIN_SAMPLE)
    spoilt = matches(truth[:, ::-1], truth, outcome, value=-0.2)
    assert {(250, "prices", "calibration_error"), (250, "prices", "closing_line_value")} <= alarms(evaluate(spoilt))
    few = evaluate(spoilt[1:])
    assert alarms(few) == set()
    assert {figure.estimate for figures in few.values() for figure in figures} == {None}
    assert alarms(evaluate([])) == set()


def test_a_gross_fault_of_the_last_weeks_shows_in_the_last_matches_alone():
    truth, outcome = played(1000)
    forecast = noisy(truth, 0.06)
    forecast[:250] = truth[:250, ::-1]  # the newest come first
    assert (250, "prices", "gap") in alarms(evaluate(matches(forecast, truth, outcome)))
    forecast = noisy(truth, 0.06)
    forecast[250:] = truth[250:, ::-1]
    assert {window for window, _, _ in alarms(evaluate(matches(forecast, truth, outcome)))} == {1000}


def test_each_window_is_of_so_many_matches_and_of_the_picks_on_them():
    truth, outcome = played(1200)
    report = evaluate(matches(truth, truth + 0.0, outcome))
    assert {window: {f.n for f in figures if f.basis == "prices"} for window, figures in report.items()} == {
        250: {250},
        1000: {1000},
    }
    assert [f.n for f in report[250] if f.basis == "ratings"] == [0, 0]


def test_figures_are_those_of_the_evidence():
    """The scores, the calibration error and its luck are computed by the functions that score past seasons."""
    truth, outcome = played(600)
    forecast = noisy(truth, 0.2)
    gap, error = quality.forecast_metrics("prices", forecast, truth, outcome, 0.95)
    differences = metrics.rps(forecast, outcome) - metrics.rps(truth, outcome)
    (spread,) = metrics.bootstrap_means(differences[:, None])
    assert gap.estimate is not None
    assert tuple(gap.estimate) == pytest.approx(tuple(spread), abs=3e-4)
    assert error.estimate is not None
    assert error.estimate.value == metrics.calibration_error(forecast, outcome)
    floor = metrics.calibration_noise(forecast, simulations=2000)[1]
    assert error.at_most == pytest.approx(floor, rel=0.03)


def test_the_luck_of_a_season_is_that_which_was_published():
    """The 95 % bound of five leagues' closing lines: 0.0216 of some 1,750 matches, as measured on 2023-26.

    Here the lines are drawn, so that the bound is only as near as their spread is.
    """
    truth, outcome = played(1750)
    _, error = quality.forecast_metrics("prices", truth, truth, outcome, 0.95)
    assert error.at_most == pytest.approx(0.0216, rel=0.06)


@given(st.tuples(*[st.floats(-1, 1)] * 3).map(sorted), st.floats(-1, 1), st.floats(0, 1))
def test_only_an_interval_wholly_beyond_a_bound_raises_an_alarm(interval: list[float], least: float, width: float):
    low, value, high = interval
    figure = QualityMetric("prices", "gap", 500, Interval(value, low, high), least, least + width)
    assert figure.alarm is (low > least + width or high < least)
    if figure.alarm:
        assert not least <= value <= least + width


def test_a_metrics_text_holds_its_estimate_interval_sample_and_bounds():
    figure = QualityMetric("prices", "gap", 250, Interval(0.0061, 0.0031, 0.0091), *GAP_BOUNDS["prices"])
    text = str(figure)
    assert text == "gap by prices: +0.0061 [+0.0031, +0.0091] of 250, may be -0.0005 to +0.0015"
    assert re.search("too few.*99", str(QualityMetric("ratings", "gap", 99, None, *GAP_BOUNDS["ratings"])))


@pytest.mark.parametrize(
    ("bounds", "goal", "measured"),
    [
        (GAP_BOUNDS["prices"], 0.0003, 0.0008),
        (GAP_BOUNDS["ratings"], 0.0015, 0.0019),
        (CLOSING_LINE_VALUE_BOUNDS, 0.025, 0.028),
    ],
)
def test_the_bounds_include_the_targets_and_the_measured_values(
    bounds: tuple[float, float], goal: float, measured: float
):
    assert bounds[0] < min(goal, measured)
    assert max(goal, measured) < bounds[1]
