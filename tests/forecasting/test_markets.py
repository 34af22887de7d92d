"""All markets of a match come from one grid, as penaltyblog reads them off it (assurance M1)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forecasting.grid import score_grid
from shared.forecasting.markets import (
    GOAL_LINES,
    HANDICAPS,
    LIKELIEST_SCORES,
    TEAM_LINES,
    TOTAL_LINES,
    LineMarket,
    markets,
)

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


def test_penaltyblog_reads_the_same_lines_off_our_grids():
    from penaltyblog.models import FootballProbabilityGrid  # noqa: PLC0415 - takes four seconds

    random = np.random.default_rng(2018)
    homes, aways = np.exp(random.uniform(np.log(0.2), np.log(4.5), (2, 30)))
    for home, away in zip(homes, aways, strict=True):
        grid = score_grid(home, away, -0.07)
        ours, theirs = markets(grid), FootballProbabilityGrid(grid, home, away)
        assert [m.line for m in (*ours.goal_lines, *ours.handicaps)] == [*GOAL_LINES, *HANDICAPS]
        for market in ours.goal_lines:
            assert kept(market) == pytest.approx(theirs.totals(market.line)[::-1], abs=2e-6)
        for market in ours.handicaps:
            ends = theirs.asian_handicap_probs("home", market.line)
            assert kept(market) == pytest.approx((ends["win"], ends["push"], ends["lose"]), abs=2e-6)
        assert ours.win_to_nil == pytest.approx((theirs.win_to_nil_home(), theirs.win_to_nil_away()), abs=1e-12)
        of_home, of_away = theirs.home_goal_distribution(), theirs.away_goal_distribution()
        for place, (line, home_over, away_over) in enumerate(ours.team_goals):
            assert line == TEAM_LINES[place] == place + 0.5
            assert home_over == pytest.approx(of_home[place + 1 :].sum(), abs=1e-12)
            assert away_over == pytest.approx(of_away[place + 1 :].sum(), abs=1e-12)


def kept(market: LineMarket) -> tuple[float, float, float]:
    """Shares of the stake that are won, returned and lost."""
    won, half_won, push, half_lost, lost = market.shares
    return won + half_won / 2, push + (half_won + half_lost) / 2, lost + half_lost / 2


@given(GRIDS)
@settings(deadline=None)
def test_j14_at_its_fair_price_no_line_is_worth_anything(grid: np.ndarray):
    found = markets(grid)
    for market in (*found.goal_lines, *found.handicaps):
        won, back, lost = kept(market)
        assert won + back + lost == pytest.approx(1, abs=1e-5)
        for price, gained, conceded in ((market.fair[0], won, lost), (market.fair[1], lost, won)):
            if price is not None and price < 50:  # what is rounded to six digits says little of longer odds
                assert gained * (price - 1) == pytest.approx(conceded, abs=1e-4)


@given(GRIDS)
@settings(deadline=None)
def test_m1_lines_and_plain_markets_agree(grid: np.ndarray):
    found = markets(grid)
    goals, handicaps = ({m.line: m.shares for m in told} for told in (found.goal_lines, found.handicaps))
    for line, over in found.over:
        assert goals[line] == pytest.approx((over, 0, 0, 0, 1 - over), abs=1e-6)
    assert handicaps[-0.5] == pytest.approx((found.home, 0, 0, 0, 1 - found.home), abs=1e-6)
    assert handicaps[0] == pytest.approx((found.home, 0, found.draw, 0, found.away), abs=1e-6)
    assert handicaps[0.25] == pytest.approx((found.home, found.draw, 0, 0, found.away), abs=1e-6)
