"""Intervals against published values and scipy."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm, sem

from shared.forecasting.intervals import mean_interval, share_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_examples_of_newcombe(successes: int, trials: int, low: float, high: float):
    """Newcombe, R. G. (1998), Two-sided confidence intervals for the single proportion, table I, method 3."""
    assert share_interval(successes, trials) == pytest.approx((successes / trials, low, high), abs=6e-5)


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_scipy_gives_the_same_shares(case: tuple[int, int]):
    interval, theirs = share_interval(*case), binomtest(*case).proportion_ci(0.95, method="wilson")
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0 <= interval.low <= interval.value + 1e-12
    assert interval.value - 1e-12 <= interval.high <= 1


def test_no_trials_give_no_share():
    assert share_interval(0, 0) is None


def test_a_mean_by_hand():
    """1 to 5: mean 3, standard deviation √2.5, half-width 1.96 · √2.5 / √5."""
    half = 1.959964 * sqrt(2.5) / sqrt(5)
    assert mean_interval([1, 2, 3, 4, 5]) == pytest.approx((3, 3 - half, 3 + half), abs=1e-6)


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0, 2.0]])
def test_values_without_spread_have_no_interval(values: list[float]):
    assert mean_interval(values) is None


@given(st.lists(st.floats(-1, 20).map(lambda x: round(x, 3)), min_size=2, max_size=30), st.integers(2, 9))
def test_the_same_values_again_and_again_narrow_the_interval(values: list[float], times: int):
    once, often = mean_interval(values), mean_interval(values * times)
    if once is None or often is None:
        assert len(set(values)) == 1
    else:
        assert often.value == pytest.approx(once.value, abs=1e-9)
        assert once.low < often.low <= often.value <= often.high < once.high


@pytest.mark.parametrize("certainty", [0.9, 0.95, 0.999])
def test_scipy_gives_the_same_interval_of_a_mean_at_any_certainty(certainty: float):
    values = [0.02, -0.01, 0.05, 0.03, -0.04, 0.0]
    interval = mean_interval(values, certainty)
    assert interval is not None
    low, high = norm.interval(certainty, loc=sum(values) / 6, scale=sem(values))
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-12)
