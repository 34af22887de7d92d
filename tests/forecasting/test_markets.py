"""All markets of a match come from one grid, as penaltyblog reads them off it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting.grid import outcome_probabilities, score_grid
from shared.forecasting.half_time import half_time_grid
from shared.forecasting.markets import (
    GOAL_LINES,
    HALF_TIME_LINES,
    HANDICAPS,
    LIKELIEST_SCORES,
    TEAM_LINES,
    TOTAL_LINES,
    LineMarket,
    Markets,
    markets,
)
from tests.forecasting.grids import chance_parameters, penaltyblog_grids

GRIDS = st.builds(score_grid, st.floats(0.05, 7.4), st.floats(0.05, 7.4), st.floats(-0.3, 0.3))


@pytest.mark.case("M1", "J14")
def test_ten_thousand_grids_say_the_same_as_penaltyblog_s_in_every_market():
    """Of grids of its own, from the same rates and rho. Of lines one on goals and one handicap a grid, each line some
    600 times: penaltyblog is slow at them, and ours are kept in six digits."""
    parameters = chance_parameters(10_000)
    of_ours = [ours(markets(grid), place) for place, grid in enumerate(score_grid(*parameters))]
    of_theirs = [theirs(grid, place) for place, grid in enumerate(penaltyblog_grids(*parameters))]
    for found, expected, digits in zip(zip(*of_ours, strict=True), zip(*of_theirs, strict=True), (12, 6), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=2 * 10**-digits)


def ours(found: Markets, place: int) -> tuple[list[float], list[float]]:
    """The plain markets, and how two of the lines may end."""
    plain = [found.home, found.draw, found.away, found.both_score, *found.win_to_nil]
    plain += [over for _, over in found.over] + [over for _, *sides in found.team_goals for over in sides]
    plain += [probability for _, probability in found.scores]
    on_goals, handicap = found.goal_lines[place % len(GOAL_LINES)], found.handicaps[place % len(HANDICAPS)]
    return plain, [*kept(on_goals), *kept(handicap)]


def theirs(grid: np.ndarray, place: int) -> tuple[list[float], list[float]]:
    """The same from penaltyblog."""
    from penaltyblog.models import FootballProbabilityGrid  # noqa: PLC0415 - takes four seconds

    found = FootballProbabilityGrid(grid, 1.0, 1.0)  # the expected goals enter no market
    sides = found.home_goal_distribution(), found.away_goal_distribution()
    plain = [*found.home_draw_away, found.btts_yes, found.win_to_nil_home(), found.win_to_nil_away()]
    plain += [found.totals(line)[2] for line in TOTAL_LINES]
    plain += [side[int(line + 0.5) :].sum() for line in TEAM_LINES for side in sides]
    plain += np.sort(found.grid, axis=None)[: -LIKELIEST_SCORES - 1 : -1].tolist()
    under, push, over = found.totals(GOAL_LINES[place % len(GOAL_LINES)])
    handicap = found.asian_handicap_probs("home", HANDICAPS[place % len(HANDICAPS)])
    return plain, [over, push, under, handicap["win"], handicap["push"], handicap["lose"]]


@pytest.mark.case("M1")
@given(GRIDS)
def test_the_markets_of_a_match_agree(grid: np.ndarray):
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


@pytest.mark.case("M1")
@given(GRIDS)
def test_half_time_and_the_match_agree(grid: np.ndarray):
    """Whoever leads at half-time has scored, and what has fallen before it has fallen in the match."""
    found, before = markets(grid), half_time_grid(grid)
    ahead, level, behind = found.half_time
    assert ahead + level + behind == pytest.approx(1, abs=1e-12)
    assert (ahead, level, behind) == pytest.approx(outcome_probabilities(before), abs=1e-12)
    over = dict(found.half_time_over)
    assert tuple(over) == HALF_TIME_LINES == (0.5, 1.5)
    assert over[0.5] == pytest.approx(1 - before[0, 0], abs=1e-12)
    assert ahead + behind <= over[0.5] + 1e-12
    assert over[1.5] <= dict(found.over)[1.5] + 1e-12
    _, home_scores, away_scores = found.team_goals[0]
    assert ahead <= home_scores + 1e-12
    assert behind <= away_scores + 1e-12


@given(GRIDS)
def test_the_likeliest_scores_come_likeliest_first_and_none_is_likelier(grid: np.ndarray):
    scores = markets(grid).scores
    assert len({score for score, _ in scores}) == LIKELIEST_SCORES
    assert [p for _, p in scores] == sorted(grid.ravel(), reverse=True)[:LIKELIEST_SCORES]
    for score, probability in scores:
        home, away = (int(goals) for goals in score.split("-"))
        assert grid[home, away] == probability


def kept(market: LineMarket) -> tuple[float, float, float]:
    """Shares of the stake that are won, returned and lost."""
    won, half_won, push, half_lost, lost = market.shares
    return won + half_won / 2, push + (half_won + half_lost) / 2, lost + half_lost / 2


@pytest.mark.case("J14")
@given(GRIDS)
def test_at_its_fair_price_no_line_is_worth_anything(grid: np.ndarray):
    found = markets(grid)
    for market in (*found.goal_lines, *found.handicaps):
        won, back, lost = kept(market)
        assert won + back + lost == pytest.approx(1, abs=1e-5)
        for price, gained, conceded in ((market.fair[0], won, lost), (market.fair[1], lost, won)):
            if price is not None and price < 50:  # what is rounded to six digits says little of longer odds
                assert gained * (price - 1) == pytest.approx(conceded, abs=1e-4)


@pytest.mark.case("M1")
@given(GRIDS)
def test_lines_and_plain_markets_agree(grid: np.ndarray):
    found = markets(grid)
    goals, handicaps = ({m.line: m.shares for m in told} for told in (found.goal_lines, found.handicaps))
    for line, over in found.over:
        assert goals[line] == pytest.approx((over, 0, 0, 0, 1 - over), abs=1e-6)
    assert handicaps[-0.5] == pytest.approx((found.home, 0, 0, 0, 1 - found.home), abs=1e-6)
    assert handicaps[0] == pytest.approx((found.home, 0, found.draw, 0, found.away), abs=1e-6)
    assert handicaps[0.25] == pytest.approx((found.home, found.draw, 0, 0, found.away), abs=1e-6)
