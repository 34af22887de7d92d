"""The score grid against Dixon and Coles as penaltyblog has them."""

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from shared.forecasting.grid import (
    SIZE,
    outcome_probabilities,
    outcomes,
    over_probability,
    poisson,
    score_grid,
    win_and_over,
    win_and_over_slopes,
)
from tests.forecasting.grids import chance_parameters, penaltyblog_grids

RATES = st.floats(0.05, 7.4)
"""Every rate that a market can imply."""
RHOS = st.floats(-1e6, 1e6) | st.floats(-0.4, 0.4)


@pytest.mark.case("M1")
def test_ten_thousand_grids_are_those_of_penaltyblog_s_dixon_coles_model():
    homes, aways, rhos = chance_parameters(10_000)
    np.testing.assert_allclose(
        score_grid(homes, aways, rhos), penaltyblog_grids(homes, aways, rhos), rtol=0, atol=1e-12
    )


def test_a_grid_worked_out_by_hand():
    """Home 1.5, away 1, rho -0.1: e^-2.5 = 0.0820850; the four low scores times 1.15, 0.85, 0.9, 1.1."""
    low = score_grid(1.5, 1.0, -0.1)[:2, :2]
    expected = [[0.0820850 * 1.15, 0.0820850 * 0.85], [0.1231275 * 0.9, 0.1231275 * 1.1]]
    np.testing.assert_allclose(low, expected, atol=1e-6)


@pytest.mark.case("M9")
@given(RATES, RATES, RHOS)
@example(3.0, 3.0, 1 / 9)
@example(0.7, 1.3, 1.0)
@example(4.9, 0.05, -1 / 4.9)
def test_no_cell_is_below_nought_and_all_sum_to_one(home: float, away: float, rho: float):
    grid = score_grid(home, away, rho)
    assert grid.shape == (SIZE, SIZE)
    assert grid.min() >= 0
    assert grid.sum() == pytest.approx(1, abs=1e-12)


@given(st.floats(0.05, 3.5), st.floats(0.05, 3.5), st.floats(-0.2, 0.2))
def test_the_dependence_leaves_each_side_s_goals_as_they_were(home: float, away: float, rho: float):
    """What the correction gives to one low score it takes from another in the same row and column."""
    grid = score_grid(home, away, rho)
    np.testing.assert_allclose(grid.sum(axis=1), poisson(home), atol=1e-6)
    np.testing.assert_allclose(grid.sum(axis=0), poisson(away), atol=1e-6)


@pytest.mark.case("M1")
@given(RATES, RATES, st.floats(-0.3, 0.3))
def test_outcomes_and_totals_are_probabilities(home: float, away: float, rho: float):
    grid = score_grid(home, away, rho)
    outcome = outcome_probabilities(grid)
    over = [float(over_probability(grid, line)) for line in (0.5, 1.5, 2.5, 3.5, 4.5)]
    assert outcome.min() >= 0
    assert outcome.sum() == pytest.approx(1, abs=1e-12)
    assert 1 + 1e-12 >= over[0] >= over[1] >= over[2] >= over[3] >= over[4] >= 0
    assert over[0] == pytest.approx(1 - grid[0, 0], abs=1e-12)
    assert outcome[0] >= float(grid[1:, 0].sum()) - 1e-12


@given(RATES, RATES, st.floats(-0.3, 0.3))
def test_the_sides_are_treated_alike(home: float, away: float, rho: float):
    np.testing.assert_allclose(score_grid(home, away, rho), score_grid(away, home, rho).T, rtol=0, atol=1e-15)


@pytest.mark.case("M2")
@given(RATES, RATES, st.floats(1.01, 1.5))
def test_more_home_goals_never_make_a_home_win_less_likely(home: float, away: float, factor: float):
    weaker, stronger = (outcome_probabilities(score_grid(rate, away, -0.07)) for rate in (home, home * factor))
    assert stronger[0] >= weaker[0] - 1e-12
    assert stronger[2] <= weaker[2] + 1e-12


@given(RATES, RATES, st.floats(-0.3, 0.3))
def test_the_short_way_to_wins_and_totals_is_that_of_the_grid(home: float, away: float, rho: float):
    assume(max(-1 / home, -1 / away) <= rho <= min(1 / (home * away), 1))
    grid = score_grid(home, away, rho)
    outcome, over = outcome_probabilities(grid), over_probability(grid, 2.5)
    shares = win_and_over(np.array([[np.log(home), np.log(away), rho]]))
    np.testing.assert_allclose(shares, [[outcome[0], outcome[2], over]], rtol=0, atol=1e-12)


def test_many_grids_at_once_are_the_same_as_one_by_one():
    homes, aways, rhos = np.array([0.4, 1.6, 3.9]), np.array([2.2, 1.1, 0.3]), np.array([-0.1, 0.0, 0.05])
    together = score_grid(homes, aways, rhos)
    for place in range(3):
        np.testing.assert_array_equal(together[place], score_grid(homes[place], aways[place], rhos[place]))


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_an_invalid_rate_is_rejected(rate: float):
    with pytest.raises(ValueError, match="positive and finite"):
        poisson([1.0, rate])


def test_the_short_way_is_that_of_penaltyblog_s_grids_for_many_matches_at_once():
    homes, aways, rhos = chance_parameters(50)
    theirs, goals = penaltyblog_grids(homes, aways, rhos), np.column_stack([np.log(homes), np.log(aways), rhos])
    won, drawn, lost = (np.array([part(grid).sum() for grid in theirs]) for part in (below, np.diag, above))
    over = np.array([sum(grid[h, a] for h, a in np.ndindex(grid.shape) if h + a > 2) for grid in theirs])
    np.testing.assert_allclose(outcomes(goals), np.column_stack([won, drawn, lost]), rtol=0, atol=1e-5)
    np.testing.assert_allclose(win_and_over(goals), np.column_stack([won, lost, over]), rtol=0, atol=1e-5)


def below(grid: np.ndarray) -> np.ndarray:
    return np.tril(grid, -1)


def above(grid: np.ndarray) -> np.ndarray:
    return np.triu(grid, 1)


@given(RATES, RATES, st.floats(-0.3, 0.3))
def test_slopes_are_those_of_the_probabilities(home: float, away: float, rho: float):
    goals, step = np.array([[np.log(home), np.log(away), rho]]), 1e-6
    values, slopes = win_and_over_slopes(goals)
    np.testing.assert_array_equal(values, win_and_over(goals))
    nudged = [(win_and_over(goals + nudge) - win_and_over(goals - nudge)) / (2 * step) for nudge in step * np.eye(3)]
    np.testing.assert_allclose(slopes, np.stack(nudged, axis=-1), rtol=0, atol=1e-8)
