"""Ratings against Elo's formula, penaltyblog and the likelihood's own gradient (assurance K4, M2, M4)."""

from copy import deepcopy
from datetime import date, timedelta
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.forecasting.grid import RHO, outcome_probabilities, score_grid
from shared.forecasting.ratings import ELO_HOME_ADVANTAGE, ELO_STEP, Level, Rating, Result, Strengths, learn

NOBODY = Strengths({}, {})
DAY = date(2026, 8, 21)


def result(home: int, away: int, home_goals: int, away_goals: int, *, nation: str = "ENG", tier: int = 1) -> Result:
    return Result(DAY, nation, tier, home, away, home_goals, away_goals)


GOALS = st.integers(0, 6)
PAIRS = st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda pair: pair[0] != pair[1])
RESULTS = st.lists(
    st.builds(
        lambda pair, goals, tier: result(*pair, *goals, tier=tier),
        PAIRS,
        st.tuples(GOALS, GOALS),
        st.sampled_from([1, 2]),
    ),
    max_size=25,
)
RATINGS = st.builds(Rating, st.floats(-0.8, 0.8), st.floats(-0.8, 0.8), st.floats(1200, 1900), st.integers(0, 400))
LEVELS = st.builds(Level, st.floats(-0.2, 0.4), st.floats(0, 0.5))


@pytest.mark.parametrize(
    ("home", "away", "score", "change"),
    [
        # expected 1 / (1 + 10^(-65/400)) = 0.592466; times 12 and the root of the goal difference and one
        pytest.param(1500, 1500, (1, 0), 12 * 2**0.5 * 0.407534, id="won by one"),
        pytest.param(1500, 1500, (3, 0), 12 * 4**0.5 * 0.407534, id="won by three"),
        pytest.param(1500, 1500, (1, 1), 12 * (0.5 - 0.592466), id="drawn"),
        pytest.param(1500, 1500, (0, 8), -12 * 9**0.5 * 0.592466, id="lost by eight"),
        # the away side 65 + 400 better: expected 1 / 11
        pytest.param(1435, 1900, (0, 0), 12 * (0.5 - 1 / 11), id="drawn against a giant"),
    ],
)
def test_elo_by_hand(home: float, away: float, score: tuple[int, int], change: float):
    before = Strengths({1: Rating(0, 0, home, 50), 2: Rating(0, 0, away, 50)}, {})
    after = learn(before, [result(1, 2, *score)])
    assert after.clubs[1].elo - home == pytest.approx(change, abs=1e-4)
    assert after.clubs[2].elo - away == pytest.approx(-change, abs=1e-4)


def test_penaltyblog_s_elo_moves_alike():
    from penaltyblog.ratings import Elo  # noqa: PLC0415 - takes four seconds

    theirs, ours = Elo(k=ELO_STEP, home_field_advantage=ELO_HOME_ADVANTAGE), NOBODY
    for turn in range(200):
        home, away, goals = turn % 7, (turn * 3 + 1) % 7 + 7, (turn * 5 % 6, turn * turn % 4)
        theirs.k = ELO_STEP * (1 + abs(goals[0] - goals[1])) ** 0.5
        theirs.update_ratings(str(home), str(away), 0 if goals[0] > goals[1] else 1 if goals[0] == goals[1] else 2)
        ours = learn(ours, [result(home, away, *goals)])
    assert {str(club): r.elo for club, r in ours.clubs.items()} == pytest.approx(theirs.ratings, abs=1e-9)
    assert len(ours.clubs) == 14


@given(RATINGS, RATINGS, LEVELS, GOALS, GOALS)
def test_ratings_move_along_the_gradient_of_the_poisson_likelihood(
    home: Rating, away: Rating, level: Level, home_goals: int, away_goals: int
):
    """The gradient by small differences; a club's step is 0.016 and what its novelty adds."""

    def likelihood(home_attack: float, home_defence: float) -> float:
        home_log = level.away + level.home_advantage + home_attack - away.defence
        away_log = level.away + away.attack - home_defence
        return home_goals * home_log - exp(home_log) + away_goals * away_log - exp(away_log)

    after = learn(Strengths({1: home, 2: away}, {"ENG": level}), [result(1, 2, home_goals, away_goals)])
    step, nudge = 0.016 + 0.05 / (1 + home.matches / 15) ** 2, 1e-6
    attack = (likelihood(home.attack + nudge, home.defence) - likelihood(home.attack - nudge, home.defence)) / (
        2 * nudge
    )
    defence = (likelihood(home.attack, home.defence + nudge) - likelihood(home.attack, home.defence - nudge)) / (
        2 * nudge
    )
    assert after.clubs[1].attack - home.attack == pytest.approx(step * attack, abs=1e-7)
    assert after.clubs[1].defence - home.defence == pytest.approx(step * defence, abs=1e-7)
    assert after.clubs[1].matches == home.matches + 1


def test_more_goals_than_expected_raise_the_country_s_level():
    many, few = learn(NOBODY, [result(1, 2, 4, 3)]).level("ENG"), learn(NOBODY, [result(1, 2, 0, 0)]).level("ENG")
    assert many.away > Level().away > few.away
    at_home, elsewhere = (learn(NOBODY, [result(1, 2, *goals)]).level("ENG") for goals in ((4, 0), (0, 4)))
    assert at_home.home_advantage > Level().home_advantage > elsewhere.home_advantage


def test_expected_goals_by_hand():
    strengths = Strengths({1: Rating(0.3, 0.1, 1600, 9), 2: Rating(-0.1, 0.2, 1500, 9)}, {"ENG": Level(0.15, 0.2)})
    home, away = strengths.goal_rates("ENG", 1, 1, 2)
    assert (log(home), log(away)) == pytest.approx((0.15 + 0.2 + 0.3 - 0.2, 0.15 - 0.1 - 0.1))


@given(RATINGS, RATINGS, LEVELS, st.floats(0, 0.5), st.floats(0, 0.5))
@settings(deadline=None)
def test_m2_a_stronger_home_side_is_never_less_likely_to_win(
    home: Rating, away: Rating, level: Level, attack: float, defence: float
):
    stronger = Rating(home.attack + attack, home.defence + defence, home.elo, home.matches)
    chances = [
        outcome_probabilities(
            score_grid(*Strengths({1: side, 2: away}, {"ENG": level}).goal_rates("ENG", 1, 1, 2), RHO)
        )
        for side in (home, stronger)
    ]
    assert chances[1][0] >= chances[0][0] - 1e-12
    assert chances[1][2] <= chances[0][2] + 1e-12


@pytest.mark.parametrize(
    ("tier", "rating"), [(1, Rating(0, 0, 1500, 0)), (2, Rating(-0.22, -0.22, 1350, 0))], ids=["K4 top", "K4 second"]
)
def test_k4_a_club_without_history_is_the_average_of_its_tier(tier: int, rating: Rating):
    assert NOBODY.club(7, tier) == rating


def test_k4_a_promoted_club_brings_its_rating_along():
    season = learn(NOBODY, [result(1, 2, 3, 0, tier=2)] * 10)
    assert season.club(1, 1) == season.club(1, 2) == season.clubs[1]
    assert season.clubs[1].attack > NOBODY.club(1, 2).attack


def test_k4_a_club_without_history_learns_faster():
    old, new = Rating(0, 0, 1500, 300), Rating(0, 0, 1500, 0)
    after = learn(Strengths({1: old, 2: new, 3: old, 4: old}, {}), [result(1, 3, 4, 1), result(2, 4, 4, 1)])
    assert after.clubs[2].attack > 2 * after.clubs[1].attack > 0


def test_a_country_without_matches_starts_at_the_usual_level():
    assert NOBODY.level("ESP") == Level()


@given(RESULTS, RESULTS)
def test_m4_what_comes_later_never_changes_what_was_learned_before(past: list[Result], future: list[Result]):
    then = learn(NOBODY, past)
    kept = deepcopy(then)
    later = learn(then, future)
    assert then == kept
    assert later == learn(NOBODY, past + future)
    assert later.clubs.keys() >= then.clubs.keys()


@given(RESULTS)
def test_m4_the_day_of_a_match_is_no_knowledge(results: list[Result]):
    shifted = [Result(DAY + timedelta(days=i), *(_rest(r))) for i, r in enumerate(results)]
    assert learn(NOBODY, shifted) == learn(NOBODY, results)


@given(RESULTS.map(lambda results: [r for r in results if r.tier == 1]))
def test_what_one_club_gains_the_other_loses(results: list[Result]):
    after = learn(NOBODY, results)
    assert sum(r.elo - 1500 for r in after.clubs.values()) == pytest.approx(0, abs=1e-8)
    assert sum(r.matches for r in after.clubs.values()) == 2 * len(results)


@given(GOALS, GOALS, GOALS, GOALS)
def test_matches_of_two_countries_on_one_day_may_come_in_any_order(a: int, b: int, c: int, d: int):
    english, spanish = result(1, 2, a, b), result(3, 4, c, d, nation="ESP")
    assert learn(NOBODY, [english, spanish]) == learn(NOBODY, [spanish, english])


@given(GOALS, GOALS, GOALS, GOALS)
def test_the_order_of_one_country_s_matches_on_one_day_hardly_matters(a: int, b: int, c: int, d: int):
    """Elo not at all; attack and defence through the country's level, which a match moves by 0.003 a goal."""
    one, other = result(1, 2, a, b), result(3, 4, c, d)
    there, back = learn(NOBODY, [one, other]), learn(NOBODY, [other, one])
    for club in (1, 2, 3, 4):
        assert there.clubs[club].elo == back.clubs[club].elo
        assert there.clubs[club].attack == pytest.approx(back.clubs[club].attack, abs=0.005)
        assert there.clubs[club].defence == pytest.approx(back.clubs[club].defence, abs=0.005)


def _rest(r: Result) -> tuple[str, int, int, int, int, int]:
    return r.nation, r.tier, r.home_team_id, r.away_team_id, r.home_goals, r.away_goals
