"""Half-time off the grid of the match: thinned Poisson goals, and what real half-times were like."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from shared.forecasting.grid import SIZE, outcome_probabilities, over_probability, score_grid
from shared.forecasting.half_time import FIRST_HALF_SHARE, half_time_grid
from tests.season import real_seasons

GRIDS = st.builds(score_grid, st.floats(0.05, 7.4), st.floats(0.05, 7.4), st.floats(-0.3, 0.3))
GOALS = np.arange(SIZE)
FIVE = ("E0", "SP1", "D1", "I1", "F1")


def test_poisson_goals_stay_poisson_at_their_share_of_the_rate():
    """scipy's Poisson; the cut at 15 goals moves less than a millionth."""
    home, away = (poisson.pmf(GOALS, FIRST_HALF_SHARE * rate) for rate in (1.6, 1.1))
    np.testing.assert_allclose(half_time_grid(score_grid(1.6, 1.1, 0.0)), np.outer(home, away), rtol=0, atol=1e-6)


def test_a_score_by_hand():
    """Of a 2-1, one home goal alone before the break: 2 × 0.441 × 0.559 × 0.559."""
    before = half_time_grid(only(2, 1))
    assert before[1, 0] == pytest.approx(2 * 0.441 * 0.559 * 0.559, abs=1e-12)
    assert before[2, 1] == pytest.approx(0.441**3, abs=1e-12)
    assert before[3:].sum() == before[:, 2:].sum() == 0


def only(home: int, away: int) -> np.ndarray:
    """A match that is known to end so."""
    grid = np.zeros((SIZE, SIZE))
    grid[home, away] = 1
    return grid


@pytest.mark.case("M1")
@given(GRIDS)
def test_half_time_is_a_grid_with_no_more_goals_than_the_match(grid: np.ndarray):
    before = half_time_grid(grid)
    assert before.min() >= 0
    assert before.sum() == pytest.approx(1, abs=1e-12)
    for side in (0, 1):
        goals_before, goals = before.sum(axis=1 - side), grid.sum(axis=1 - side)
        assert GOALS @ goals_before == pytest.approx(FIRST_HALF_SHARE * (GOALS @ goals), abs=1e-9)
        assert (goals_before.cumsum() >= goals.cumsum() - 1e-12).all()
    for line in (0.5, 1.5, 2.5, 3.5):
        assert over_probability(before, line) <= over_probability(grid, line) + 1e-12


@pytest.mark.case("M2")
@given(st.floats(0.05, 7.4), st.floats(0.05, 7.4), st.floats(-0.3, 0.3))
def test_the_sides_are_treated_alike_and_more_goals_of_one_make_its_lead_likelier(home: float, away: float, rho: float):
    before = half_time_grid(score_grid(home, away, rho))
    np.testing.assert_allclose(before, half_time_grid(score_grid(away, home, rho)).T, rtol=0, atol=1e-12)
    weaker, stronger = (outcome_probabilities(half_time_grid(score_grid(r, away, 0.0))) for r in (home, home * 1.1))
    assert stronger[0] >= weaker[0] - 1e-12


@pytest.mark.parametrize(
    ("seasons", "matches", "share", "within"),
    [
        pytest.param(range(5, 23), 32_764, FIRST_HALF_SHARE, 0.0005, id="the seasons that it was counted in"),
        pytest.param([23], 1_752, FIRST_HALF_SHARE, 0.014, id="a season after them, two standard errors"),
    ],
)
def test_the_share_is_that_of_real_matches(seasons: list[int], matches: int, share: float, within: float):
    scores: list[list[int]] = []
    for season in seasons:
        for division in FIVE:
            file = real_seasons() / f"mmz4281/{season:02}{season + 1:02}/{division}.csv"
            with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
                rows = [[row.get(c) for c in ("HTHG", "HTAG", "FTHG", "FTAG")] for row in csv.DictReader(lines)]
            scores += [[int(goals) for goals in row if goals] for row in rows if all(row)]
    goals = np.array(scores)
    assert len(goals) == matches
    assert goals[:, :2].sum() / goals[:, 2:].sum() == pytest.approx(share, abs=within)
