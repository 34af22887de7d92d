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
def test_two_thousand_grids_equal_penaltyblogs_in_every_market():
    """Of grids of its own, from the same rates and rho. Of lines one on goals and one handicap a grid, each line some
    120 times: penaltyblog is slow at them, and ours are rounded to six digits."""
    parameters = chance_parameters(2_000)
    our_values = [ours(markets(grid), place) for place, grid in enumerate(score_grid(*parameters))]
    their_values = [theirs(grid, place) for place, grid in enumerate(penaltyblog_grids(*parameters))]
    for actual, expected, digits in zip(
        zip(*our_values, strict=True), zip(*their_values, strict=True), (12, 6), strict=True
    ):
        np.testing.assert_allclose(actual, expected, rtol=0, atol=2 * 10**-digits)


def ours(result: Markets, place: int) -> tuple[list[float], list[float]]:
    """The plain markets, and how two of the lines may end."""
    plain = [result.home, result.draw, result.away, result.both_score, *result.win_to_nil]
    plain += [over for _, over in result.over] + [over for _, *sides in result.team_goals for over in sides]
    plain += [probability for _, probability in result.scores]
    on_goals, handicap = result.goal_lines[place % len(GOAL_LINES)], result.handicaps[place % len(HANDICAPS)]
    return plain, [*outcomes_of(on_goals), *outcomes_of(handicap)]


def theirs(grid: np.ndarray, place: int) -> tuple[list[float], list[float]]:
    """The same from penaltyblog."""
    from penaltyblog.models import FootballProbabilityGrid  # noqa: PLC0415 - takes four seconds

    result = FootballProbabilityGrid(grid, 1.0, 1.0)  # the expected goals enter no market
    sides = result.home_goal_distribution(), result.away_goal_distribution()
    plain = [*result.home_draw_away, result.btts_yes, result.win_to_nil_home(), result.win_to_nil_away()]
    plain += [result.totals(line)[2] for line in TOTAL_LINES]
    plain += [side[int(line + 0.5) :].sum() for line in TEAM_LINES for side in sides]
    plain += np.sort(result.grid, axis=None)[: -LIKELIEST_SCORES - 1 : -1].tolist()
    under, push, over = result.totals(GOAL_LINES[place % len(GOAL_LINES)])
    handicap = result.asian_handicap_probs("home", HANDICAPS[place % len(HANDICAPS)])
    return plain, [over, push, under, handicap["win"], handicap["push"], handicap["lose"]]


@pytest.mark.case("M1")
@given(GRIDS)
def test_the_markets_of_a_match_agree(grid: np.ndarray):
    result = markets(grid)
    assert result.home + result.draw + result.away == pytest.approx(1, abs=1e-12)
    over = dict(result.over)
    assert tuple(over) == TOTAL_LINES == (1.5, 2.5, 3.5)
    assert all(0 <= p <= 1 for p in (result.home, result.draw, result.away, result.both_score, *over.values()))
    assert over[1.5] >= over[2.5] >= over[3.5]
    # Both sides score unless one of them does not: 1 - (no home goal) - (no away goal) + (no goal at all).
    assert result.both_score == pytest.approx(1 - grid[0].sum() - grid[:, 0].sum() + grid[0, 0], abs=1e-12)
    # Three goals or more are all scores but six.
    few = grid[0, 0] + grid[0, 1] + grid[1, 0] + grid[1, 1] + grid[0, 2] + grid[2, 0]
    assert over[2.5] == pytest.approx(1 - few, abs=1e-12)


@pytest.mark.case("M1")
@given(GRIDS)
def test_half_time_and_the_match_agree(grid: np.ndarray):
    """The leader at half-time has scored, and goals before half-time are goals of the match."""
    result, before = markets(grid), half_time_grid(grid)
    assert result.half_time is not None
    assert result.half_time_over is not None
    ahead, level, behind = result.half_time
    assert ahead + level + behind == pytest.approx(1, abs=1e-12)
    assert (ahead, level, behind) == pytest.approx(outcome_probabilities(before), abs=1e-12)
    over = dict(result.half_time_over)
    assert tuple(over) == HALF_TIME_LINES == (0.5, 1.5)
    assert over[0.5] == pytest.approx(1 - before[0, 0], abs=1e-12)
    assert ahead + behind <= over[0.5] + 1e-12
    assert over[1.5] <= dict(result.over)[1.5] + 1e-12
    _, home_scores, away_scores = result.team_goals[0]
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


def outcomes_of(market: LineMarket) -> tuple[float, float, float]:
    """Shares of the stake that are won, returned and lost."""
    won, half_won, push, half_lost, lost = market.shares
    return won + half_won / 2, push + (half_won + half_lost) / 2, lost + half_lost / 2


@pytest.mark.case("J14")
@given(GRIDS)
def test_at_its_fair_price_no_line_is_worth_anything(grid: np.ndarray):
    result = markets(grid)
    for market in (*result.goal_lines, *result.handicaps):
        won, back, lost = outcomes_of(market)
        assert won + back + lost == pytest.approx(1, abs=1e-5)
        for price, gained, conceded in ((market.fair[0], won, lost), (market.fair[1], lost, won)):
            if price is not None and price < 50:  # six digits are too few for longer odds
                assert gained * (price - 1) == pytest.approx(conceded, abs=1e-4)


@pytest.mark.case("M1")
@given(GRIDS)
def test_lines_and_plain_markets_agree(grid: np.ndarray):
    result = markets(grid)
    goals, handicaps = ({m.line: m.shares for m in lines} for lines in (result.goal_lines, result.handicaps))
    for line, over in result.over:
        assert goals[line] == pytest.approx((over, 0, 0, 0, 1 - over), abs=1e-6)
    assert handicaps[-0.5] == pytest.approx((result.home, 0, 0, 0, 1 - result.home), abs=1e-6)
    assert handicaps[0] == pytest.approx((result.home, 0, result.draw, 0, result.away), abs=1e-6)
    assert handicaps[0.25] == pytest.approx((result.home, result.draw, 0, 0, result.away), abs=1e-6)
