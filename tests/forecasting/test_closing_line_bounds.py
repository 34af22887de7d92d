"""A forecast of unknown clubs is marked as such, with bounds on its distance from the closing line."""

from datetime import date
from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting.closing_line_bounds import (
    LEAD_VARIANCE,
    NEWCOMER_MATCHES,
    NEWCOMER_VARIANCE,
    RHO_VARIANCE,
    SUM_VARIANCE,
    bounds,
    is_newcomer,
)
from shared.forecasting.grid import outcomes
from shared.forecasting.result import Result
from shared.forecasting.strengths import Strengths, learn
from tests.forecasting.by_hand import chance, scores

GOALS = st.tuples(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2), st.floats(-0.12, 0.0))
ORDINARY = np.array([0.35, 0.1, -0.07])


def met(day: date, competition: str = "PL", season: int = 2022) -> Result:
    return Result(day, competition, season, 1, 2, goals=(1, 0))


@pytest.mark.parametrize("newcomers", [0, 1, 2])
def test_bounds_cover_95_percent_of_closing_lines_at_the_measured_errors(newcomers: int):
    """Checked by chance: errors are drawn, and their probabilities counted."""
    low, high = np.moveaxis(bounds(ORDINARY[None], np.array([newcomers]))[0], -1, 0)
    added = newcomers * NEWCOMER_VARIANCE
    lead, total, rho = np.random.default_rng(5).normal(size=(3, 20_000)) * np.sqrt(
        [[LEAD_VARIANCE + added], [SUM_VARIANCE + added], [RHO_VARIANCE]]
    )
    close = outcomes(ORDINARY + np.column_stack([(total + lead) / 2, (total - lead) / 2, rho]))
    assert ((low <= close) & (close <= high)).mean(axis=0) == pytest.approx([0.95] * 3, abs=0.025)


@pytest.mark.parametrize("newcomers", [0, 1, 2])
def test_bounds_equal_those_computed_from_score_grids(newcomers: int):
    """The standard deviations of lead, sum and rho moved one by one, and added as squares."""

    def home_draw_away(home: float, away: float, rho: float) -> np.ndarray:
        grid = scores(exp(home), exp(away), rho)
        return np.array([chance(grid, wins) for wins in (lambda i, j: i > j, lambda i, j: i == j, lambda i, j: i < j)])

    home, away, rho = ORDINARY
    lead, total = (sqrt(spread**2 + 0.035 * newcomers) / 2 for spread in (0.135, 0.09))
    moved = [
        home_draw_away(home + lead, away - lead, rho) - home_draw_away(home - lead, away + lead, rho),
        home_draw_away(home + total, away + total, rho) - home_draw_away(home - total, away - total, rho),
        home_draw_away(home, away, rho + 0.035) - home_draw_away(home, away, rho - 0.035),
    ]
    half = 1.96 * np.sqrt(sum((change / 2) ** 2 for change in moved))
    shares = home_draw_away(home, away, rho)
    result = bounds(ORDINARY[None], np.array([newcomers]))[0]
    np.testing.assert_allclose(result, np.column_stack([shares - half, shares + half]), rtol=0, atol=2e-5)


@pytest.mark.case("K4")
@given(GOALS, st.integers(0, 1))
def test_a_newcomer_makes_them_wider(goals: tuple[float, float, float], others: int):
    goals_pair = np.array([goals, goals])
    widths = bounds(goals_pair, np.array([others, others + 1]))
    assert ((widths >= 0) & (widths <= 1)).all()
    assert (widths[:, :, 0] <= outcomes(goals_pair)).all()
    assert (outcomes(goals_pair) <= widths[:, :, 1]).all()
    assert (widths[1, :, 0] <= widths[0, :, 0]).all()
    assert (widths[0, :, 1] <= widths[1, :, 1]).all()
    assert np.ptp(widths[1], axis=1).sum() > np.ptp(widths[0], axis=1).sum()


@pytest.mark.case("K4")
def test_a_club_with_fewer_than_two_matches_is_a_newcomer():
    strengths, newcomers = Strengths(), []
    for week in range(3):
        newcomers.append((is_newcomer(strengths, 1), is_newcomer(strengths, 2)))
        learn(strengths, [met(date(2022, 8, 6 + 7 * week))])
    assert newcomers == [(True, True), (True, True), (False, False)]
    assert NEWCOMER_MATCHES == 2


@pytest.mark.case("K4")
def test_a_club_promoted_from_a_known_division_is_no_newcomer():
    strengths = Strengths()
    learn(strengths, [met(date(2021, 8, 7 + 7 * week), "ELC", 2021) for week in range(3)])
    assert not is_newcomer(strengths, 1)
    learn(strengths, [met(date(2022, 8, 6))])
    assert strengths.clubs[1].played == 1
    assert not is_newcomer(strengths, 1)
    assert is_newcomer(strengths, 3)
