"""All markets of a match come from one grid, as penaltyblog reads them off it (assurance M1)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forecasting.grid import score_grid
from shared.forecasting.markets import LIKELIEST_SCORES, TOTAL_LINES, markets

GRIDS = st.builds(score_grid, st.floats(0.05, 7.4), st.floats(0.05, 7.4), st.floats(-0.3, 0.3))


def test_penaltyblog_reads_the_same_markets_off_our_grids():
    from penaltyblog.models import FootballProbabilityGrid  # noqa: PLC0415 - takes four seconds

    random = np.random.default_rng(2016)
    homes, aways = np.exp(random.uniform(np.log(0.2), np.log(4.5), (2, 300)))
    for home, away, rho in zip(homes, aways, random.uniform(-0.2, 0.05, 300), strict=True):
        grid = score_grid(home, away, rho)
        ours, theirs = markets(grid), FootballProbabilityGrid(grid, home, away)
        assert (ours.home, ours.draw, ours.away) == pytest.approx(theirs.home_draw_away, abs=1e-12)
        assert ours.both_score == pytest.approx(theirs.btts_yes, abs=1e-12)
        assert dict(ours.over) == pytest.approx({line: theirs.totals(line)[2] for line in TOTAL_LINES}, abs=1e-12)


@given(GRIDS)
@settings(deadline=None)
def test_m1_the_markets_of_a_match_agree(grid: np.ndarray):
    found = markets(grid)
    assert found.home + found.draw + found.away == pytest.approx(1, abs=1e-12)
    over = dict(found.over)
    assert tuple(over) == TOTAL_LINES == (1.5, 2.5, 3.5)
    assert all(0 <= p <= 1 for p in (found.home, found.draw, found.away, found.both_score, *over.values()))
    assert over[1.5] >= over[2.5] >= over[3.5]
    # Both sides score unless one of them does not: 1 - (no home goal) - (no away goal) + (no goal at all).
    assert found.both_score == pytest.approx(1 - grid[0].sum() - grid[:, 0].sum() + grid[0, 0], abs=1e-12)
    # Three goals or more are all scores but six.
    few = grid[0, 0] + grid[0, 1] + grid[1, 0] + grid[1, 1] + grid[0, 2] + grid[2, 0]
    assert over[2.5] == pytest.approx(1 - few, abs=1e-12)


@given(GRIDS)
@settings(deadline=None)
def test_the_likeliest_scores_come_likeliest_first_and_none_is_likelier(grid: np.ndarray):
    scores = markets(grid).scores
    assert len({score for score, _ in scores}) == LIKELIEST_SCORES
    assert [p for _, p in scores] == sorted(grid.ravel(), reverse=True)[:LIKELIEST_SCORES]
    for score, probability in scores:
        home, away = (int(goals) for goals in score.split("-"))
        assert grid[home, away] == probability
