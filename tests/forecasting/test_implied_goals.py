"""The grid behind a market gives the market back."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shared.betting.devig import shin
from shared.forecasting.grid import RHO, outcome_probabilities, over_probability, score_grid
from shared.forecasting.implied_goals import ImpliedGoals, implied_goals, implied_log_goals
from tests.season import read_season


def shares_of(implied: ImpliedGoals) -> NDArray[np.float64]:
    grid = score_grid(*implied)
    return np.column_stack([outcome_probabilities(grid), over_probability(grid, 2.5)])


@given(st.floats(0.15, 4.85), st.floats(0.15, 4.85), st.floats(-0.15, 0.15))
def test_rates_and_rho_come_back_from_the_market_that_they_make(home: float, away: float, rho: float):
    assume(home + away <= 5)
    assume(max(-1 / home, -1 / away) <= rho <= min(1 / (home * away), 1))
    market = shares_of(ImpliedGoals(np.array([home]), np.array([away]), np.array([rho])))
    implied = implied_goals(market[:, :3], market[:, 3])
    np.testing.assert_allclose(shares_of(implied), market, rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.concatenate(implied), [home, away, rho], rtol=0, atol=1e-7)


@given(st.floats(0.15, 4.85), st.floats(0.15, 4.85))
def test_without_totals_rho_is_the_usual_one_and_the_outcome_is_repeated(home: float, away: float):
    assume(home + away <= 6)
    market = shares_of(ImpliedGoals(np.array([home]), np.array([away]), np.array([RHO])))
    implied = implied_goals(market[:, :3], [np.nan])
    np.testing.assert_allclose(np.concatenate(implied), [home, away, RHO], rtol=0, atol=1e-7)


@pytest.mark.case("M1")
@pytest.mark.parametrize(
    "market",
    [
        pytest.param((0.80, 0.13, 0.07, 0.62), id="heavy favourite at home"),
        pytest.param((0.93, 0.05, 0.02, 0.75), id="heaviest favourite"),
        pytest.param((0.05, 0.11, 0.84, 0.70), id="heavy favourite away"),
        pytest.param((0.36, 0.31, 0.33, 0.38), id="few goals"),
        pytest.param((0.40, 0.22, 0.38, 0.70), id="many goals"),
    ],
)
def test_a_plausible_market_is_repeated_exactly(market: tuple[float, float, float, float]):
    implied = implied_goals([market[:3]], [market[3]])
    np.testing.assert_allclose(shares_of(implied), [market], rtol=0, atol=1e-9)


@pytest.mark.case("M1")
def test_a_season_of_prices_is_repeated_exactly():
    columns = ("AvgH", "AvgD", "AvgA", "Avg>2.5", "Avg<2.5")
    prices = np.array([[float(row[name]) for name in columns] for row in read_season("E0", "2223")])
    assert len(prices) == 380
    market = np.column_stack([shin(prices[:, :3]), shin(prices[:, 3:])[:, 0]])
    np.testing.assert_allclose(shares_of(implied_goals(market[:, :3], market[:, 3])), market, rtol=0, atol=1e-9)


def test_a_match_is_not_touched_by_those_beside_it():
    """Each ends after its own number of steps; the last market takes more than the others."""
    markets = np.array(
        [[0.45, 0.28, 0.27, 0.50], [0.80, 0.13, 0.07, 0.62], [0.30, 0.30, 0.40, np.nan], [0.93, 0.05, 0.02, 0.75]]
    )
    together = np.column_stack(implied_goals(markets[:, :3], markets[:, 3]))
    for place in range(len(markets)):
        alone = np.column_stack(implied_goals(markets[[place], :3], markets[[place], 3]))
        np.testing.assert_allclose(together[[place]], alone, rtol=0, atol=1e-15)


def test_no_match_implies_nothing():
    implied = implied_goals(np.empty((0, 3)), np.empty(0))
    assert [len(rates) for rates in implied] == [0, 0, 0]


def test_in_logs_a_match_without_prices_implies_nothing_and_the_others_stay_in_their_rows():
    """None stands for a price that there is not, as NaN does."""
    outcome = np.array([[0.50, 0.27, 0.23], [None, 0.27, 0.23], [0.20, 0.25, 0.55]], dtype=object)
    rates = implied_log_goals(outcome, np.array([0.52, 0.52, None], dtype=object))
    assert rates.shape == (3, 3)
    assert np.isnan(rates).tolist() == [[False] * 3, [True] * 3, [False] * 3]
    home, away, rho = rates[0]
    assert (np.exp(home), np.exp(away), rho) == pytest.approx((1.68887, 1.06063, -0.12176), abs=0.02)
    assert rates[2, 0] < rates[2, 1], "the guests are the favourites"
    assert rates[2, 2] == pytest.approx(RHO, abs=1e-12)
    assert implied_log_goals([], []).shape == (0, 3)


def test_penaltyblog_finds_nearly_the_same_goals():
    """What penaltyblog 1.13.1's goal_expectancy_extended(0.5, 0.27, 0.23, 0.52, 0.48) stops at, to 1.4e-5 squared."""
    home, away, rho = np.concatenate(implied_goals([(0.50, 0.27, 0.23)], [0.52]))
    assert (home, away, rho) == pytest.approx((1.68887, 1.06063, -0.12176), abs=0.02)


def test_the_goals_of_a_match_are_the_same_to_the_bit_whatever_matches_are_computed_with_it():
    """Otherwise a missed day that is caught up with others would not give the ratings of a day on time."""
    wins = np.random.default_rng(1).dirichlet((4.0, 3.0, 3.0), 300)
    over = np.clip(0.5 + 0.3 * (wins[:, 0] - wins[:, 1]), 0.3, 0.8)
    together = np.column_stack(implied_goals(wins, over))
    for size in (1, 7, 10):
        for first in range(0, 100, size):
            some = slice(first, first + size)
            np.testing.assert_array_equal(np.column_stack(implied_goals(wins[some], over[some])), together[some])
