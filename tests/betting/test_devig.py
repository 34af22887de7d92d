"""Shin's probabilities against penaltyblog and against what is known of them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.betting.devig import shin

SHARES = st.lists(st.floats(0.03, 1), min_size=2, max_size=4).map(lambda weights: [w / sum(weights) for w in weights])
MARGINS = st.floats(0.0, 0.2)


def prices_of(fair: list[float], margin: float) -> list[float]:
    return [1 / (p * (1 + margin)) for p in fair]


def test_penaltyblog_takes_the_same_margin_out():
    from penaltyblog.implied import calculate_implied  # noqa: PLC0415 - takes four seconds

    random = np.random.default_rng(1993)
    fair = random.dirichlet([3.0, 2.0, 2.0], 600)
    fair = fair[fair.min(axis=1) > 0.02]
    prices = np.round(1 / (fair * (1 + random.uniform(0.015, 0.15, (len(fair), 1)))), 2)
    prices = prices[(prices.min(axis=1) > 1.01) & ((1 / prices).sum(axis=1) > 1.005)]
    assert len(prices) > 400
    theirs = np.array([calculate_implied(row.tolist(), method="shin").probabilities for row in prices])
    np.testing.assert_allclose(shin(prices), theirs, rtol=0, atol=1e-8)


@pytest.mark.case("L10")
@given(SHARES, MARGINS)
def test_probabilities_sum_to_one_in_the_order_of_the_prices(fair: list[float], margin: float):
    prices = prices_of(fair, margin)
    assume(min(prices) > 1)
    (shares,) = shin([prices])
    assert shares.sum() == pytest.approx(1, abs=1e-9)
    assert all(0 < p < 1 for p in shares)
    assert all(shares[i] >= shares[k] for i in range(len(fair)) for k in range(len(fair)) if prices[i] < prices[k])


@pytest.mark.case("L10")
@given(SHARES, MARGINS)
def test_the_favourite_carries_less_of_the_margin_than_its_share(fair: list[float], margin: float):
    prices = prices_of(fair, margin)
    assume(min(prices) > 1)
    (shares,) = shin([prices])
    assert shares.max() >= max(fair) - 1e-9
    assert shares.min() <= min(fair) + 1e-9


@pytest.mark.case("L10")
@given(SHARES)
def test_without_insiders_it_is_plain_normalisation(fair: list[float]):
    np.testing.assert_allclose(shin([prices_of(fair, 0.0)]), [fair], rtol=0, atol=1e-9)
    np.testing.assert_allclose(shin([prices_of(fair, 1e-7)]), [fair], rtol=0, atol=1e-6)


@given(SHARES, st.floats(0.0, 0.1))
def test_prices_that_promise_more_than_they_cost_are_only_normalised(fair: list[float], gift: float):
    np.testing.assert_allclose(shin([prices_of(fair, -gift)]), [fair], rtol=0, atol=1e-9)


@given(st.floats(0.2, 0.8), st.floats(0.001, 0.1))
def test_of_two_outcomes_each_carries_half_the_margin(p: float, margin: float):
    """What Shin's model comes to with two outcomes (Jullien and Salanié 1994)."""
    prices = prices_of([p, 1 - p], margin)
    expected = [1 / price - margin / 2 for price in prices]
    np.testing.assert_allclose(shin([prices]), [expected], rtol=0, atol=1e-9)


def test_a_row_without_a_price_spoils_no_other():
    shares = shin([[2.1, float("nan"), 3.9], [2.1, 3.4, 3.9]])
    assert np.isnan(shares[0]).all()
    np.testing.assert_array_equal(shares[1:], shin([[2.1, 3.4, 3.9]]))
