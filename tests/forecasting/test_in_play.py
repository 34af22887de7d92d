"""A match in play: against simulated matches, against figures of others, and what logic demands."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from shared.forecasting.grid import SIZE, outcome_probabilities, over_probability, score_grid
from shared.forecasting.in_play import final_scores, forecast, share_played
from shared.forecasting.markets import markets
from shared.forecasting.match_state import MAX_ADDED, MAX_GOALS, MAX_RED_CARDS, MatchState

RATES = st.tuples(st.floats(0.2, 4.5), st.floats(0.2, 4.5), st.floats(-0.2, 0.1))
GOALS = st.integers(0, MAX_GOALS)
MINUTES = st.one_of(
    st.tuples(st.integers(0, 90), st.none()), st.tuples(st.sampled_from([45, 90]), st.integers(0, MAX_ADDED))
)
CARDS = st.integers(0, MAX_RED_CARDS)
STATES = st.builds(
    lambda clock, home, away, home_red, away_red: MatchState(clock[0], home, away, home_red, away_red, clock[1]),
    MINUTES, GOALS, GOALS, CARDS, CARDS,
)  # fmt: skip


@settings(max_examples=30)
@given(RATES)
def test_before_the_first_minute_every_market_is_the_published_one(rates: tuple[float, float, float]):
    grid = score_grid(*rates)
    assert np.array_equal(final_scores(*rates, MatchState(0, 0, 0)), grid)
    assert forecast(*rates, MatchState(0, 0, 0)).markets == markets(grid)
    assert forecast(*rates, MatchState(0, 0, 0)).goals == pytest.approx(rates[:2], abs=1e-3)


@settings(max_examples=30)
@given(RATES, GOALS, GOALS, CARDS)
def test_at_the_end_it_is_the_result(rates: tuple[float, float, float], home: int, away: int, cards: int):
    state = MatchState(90, home, away, home_red=cards)
    after = forecast(*rates, state)
    assert final_scores(*rates, state)[home, away] == 1
    assert after.goals == (home, away)
    assert after.markets.scores[0] == (f"{home}-{away}", 1)
    assert (after.markets.home, after.markets.draw, after.markets.away) == (home > away, home == away, home < away)
    assert after.markets.half_time is None is after.markets.half_time_over


@pytest.mark.case("M1")
@settings(max_examples=30)
@given(RATES, STATES)
def test_it_is_a_grid_of_scores_that_can_still_be(rates: tuple[float, float, float], state: MatchState):
    grid = final_scores(*rates, state)
    assert grid.min() >= 0
    assert grid.sum() == pytest.approx(1, abs=1e-12)
    assert grid[: state.home].sum() == grid[:, : state.away].sum() == 0
    result = forecast(*rates, state).markets
    assert result.home + result.draw + result.away == pytest.approx(1, abs=1e-12)
    if result.half_time is not None:
        assert sum(result.half_time) == pytest.approx(1, abs=1e-12)
        assert min(result.half_time) >= 0


@pytest.mark.case("M2")
@settings(max_examples=30)
@given(RATES, STATES)
def test_a_goal_helps_its_side_and_a_red_card_hurts_it(rates: tuple[float, float, float], state: MatchState):
    home, _, away = outcome_probabilities(final_scores(*rates, state))
    if state.home < MAX_GOALS:
        after = outcome_probabilities(final_scores(*rates, changed(state, home=state.home + 1)))
        assert after[0] >= home - 1e-12
        assert after[2] <= away + 1e-12
    if state.home_red < MAX_RED_CARDS:
        after = outcome_probabilities(final_scores(*rates, changed(state, home_red=state.home_red + 1)))
        assert after[0] <= home + 1e-12
        assert after[2] >= away - 1e-12


@pytest.mark.case("M2")
@settings(max_examples=30)
@given(RATES, st.integers(0, 89), GOALS, GOALS)
def test_a_minute_without_a_goal_makes_more_goals_less_likely(
    rates: tuple[float, float, float], minute: int, home: int, away: int
):
    sooner, later = (final_scores(*rates, MatchState(of, home, away)) for of in (minute, minute + 1))
    for line in (0.5, 2.5, 4.5):
        assert over_probability(later, line) <= over_probability(sooner, line) + 1e-12


@pytest.mark.case("M2")
@settings(max_examples=30)
@given(RATES, st.integers(45, 89), GOALS, GOALS)
def test_a_minute_without_a_goal_after_half_time_helps_a_leader_that_is_not_better(
    rates: tuple[float, float, float], minute: int, home: int, away: int
):
    """By the difference of two Poisson variables (Skellam).

    A better side may be glad of the time left; before half-time the effects of its lead still grow.
    """
    assume(home != away)
    weaker, better = sorted(rates[:2])
    home_rate, away_rate = (weaker, better) if home > away else (better, weaker)
    sooner, later = (
        outcome_probabilities(final_scores(home_rate, away_rate, 0.0, MatchState(of, home, away)))
        for of in (minute, minute + 1)
    )
    leader = 0 if home > away else 2
    assert later[leader] >= sooner[leader] - 1e-12


def changed(state: MatchState, **fields: int) -> MatchState:
    values = {name: getattr(state, name) for name in MatchState.__dataclass_fields__}
    return MatchState(**(values | fields))


def test_at_half_time_the_goals_to_come_are_poisson():
    """0-1: scipy's Poisson at the 0.559 of the goals that fall after it, × 1.08 for the home side and 0.992."""
    goals = np.arange(SIZE)
    home, away = poisson.pmf(goals, 0.559 * 1.6 * 1.08), poisson.pmf(goals - 1, 0.559 * 1.1 * 0.992)
    grid = final_scores(1.6, 1.1, -0.1, MatchState(45, 0, 1))
    np.testing.assert_allclose(grid, np.outer(home, away), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("state", "effects"),
    [
        pytest.param(MatchState(60, 1, 1), (0.96, 0.961), id="level"),
        pytest.param(MatchState(75, 2, 0), (0.96, 1.085), id="home leads"),
        pytest.param(MatchState(80, 0, 3, home_red=1), (1.204 * 2 / 3, 1.046 * 1.645), id="trails with ten"),
        pytest.param(MatchState(46, 1, 0, away_red=2), (0.932 * 1.645**2, 1.086 * 4 / 9), id="leads against nine"),
    ],
)
def test_simulated_matches_end_as_often_so(state: MatchState, effects: tuple[float, float]):
    """Fifty thousand second halves, minute by minute, each with the rate × 1 + 0.4222 × the share of the 97 minutes."""
    rng = np.random.default_rng(7)
    ended = np.tile([state.home, state.away], (50_000, 1))
    pace = 1 + 0.4222 * (np.arange(97) + 0.5) / 97
    for minute in range(state.minute + 2, 97):  # two were added to the first half
        rates = np.array([1.7, 1.1]) * effects * pace[minute] / pace.sum()
        ended += rng.poisson(rates, ended.shape)
    simulated = np.bincount(ended @ [SIZE, 1], minlength=SIZE**2).reshape(SIZE, SIZE) / len(ended)
    expected = final_scores(1.7, 1.1, -0.1, state)
    np.testing.assert_allclose(simulated, expected, rtol=0, atol=4 * np.sqrt(0.25 / len(ended)))


def test_at_nil_nil_the_dixon_coles_dependence_fades_until_half_time():
    """Minute by minute less likely to stay a draw than with the whole of it, more likely than with none."""
    for minute in (1, 20, 44):
        whole, none = (final_scores(1.4, 1.2, rho, MatchState(minute, 0, 0)) for rho in (-0.15, 0.0))
        left = 1 - share_played(minute)
        ratio = whole[0, 0] / none[0, 0]
        assert 1 < ratio < 1 + 0.15 * 1.4 * 1.2 * left**2
    for state in (MatchState(1, 1, 0), MatchState(45, 0, 0), MatchState(60, 0, 0)):
        assert np.array_equal(final_scores(1.4, 1.2, -0.15, state), final_scores(1.4, 1.2, 0.0, state))


def test_time_runs_from_0_to_1_and_a_late_minute_counts_more():
    clocks = [(minute, None) for minute in range(45)] + [(45, 0), (45, 1), (45, None)]
    clocks += [(minute, None) for minute in range(46, 90)] + [(90, added) for added in range(5)] + [(90, None)]
    played = np.array([share_played(*clock) for clock in clocks])
    assert (played[0], played[-1]) == (0, 1)
    assert (np.diff(played) > 0).all()
    assert share_played(45) == pytest.approx(0.441, abs=1e-12)
    assert share_played(89) - share_played(88) > 1.3 * (share_played(1) - share_played(0))
    assert share_played(45, 9) < share_played(45)
    assert share_played(90, 15) < 1


def test_added_time_has_its_share_of_the_goals():
    """Five leagues, 2016-17: 94 of 5,175 goals fell in the first half's added time, 292 in the second's (M. Cox,
    Why does the Premier League feature so many stoppage-time goals?, ESPN, 2017)."""
    assert share_played(45) - share_played(45, 0) == pytest.approx(94 / 5175, abs=0.004)
    assert 1 - share_played(90, 0) == pytest.approx(292 / 5175, abs=0.007)


@pytest.mark.parametrize(
    "fields",
    [
        {"minute": -1},
        {"minute": 91},
        {"minute": 60, "added": 1},
        {"minute": 90, "added": 16},
        {"minute": 45, "added": -1},
        {"minute": 1, "home": 11},
        {"minute": 1, "away": -1},
        {"minute": 1, "home_red": 5},
        {"minute": 1, "away_red": -1},
    ],
)
def test_an_impossible_state_is_rejected(fields: dict[str, int]):
    with pytest.raises(ValueError, match=r"minute|goals|cards"):
        MatchState(**({"home": 0, "away": 0} | fields))
