"""Attack and defence against a Kalman filter in matrices, whose covariances between clubs are dropped after a match."""

from copy import deepcopy
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.forecasting.attack_defence import (
    AttackDefence,
    Level,
    RatingParameters,
    anticipate_market,
    grow_variance,
    initial_rating,
    log_rates,
    update_from_counts,
    update_from_log_rates,
)

SEEN = np.array([[1.0, 0.0, 0.0, -1.0], [0.0, -1.0, 1.0, 0.0]])
"""Both log rates above their level, of home attack, home defence, away attack, away defence."""
MARKET = RatingParameters(drift=2e-4, off_season=0.01, noise=0.02, level_step=0.02)
GOALS = RatingParameters(drift=4e-5, off_season=0.0, max_variance=0.05)
SHOTS = RatingParameters(drift=8e-5, off_season=0.0, information=0.35, lower_division=0.1, away=2.3)

VARIANCES = st.floats(1e-4, 0.1)
CLUBS = st.builds(AttackDefence, st.floats(-0.8, 0.8), st.floats(-0.8, 0.8), VARIANCES)
LEVELS = st.builds(Level, st.floats(-0.2, 0.4), st.floats(0, 0.5))
LOG_RATES = st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
COUNTS = st.tuples(st.integers(0, 9), st.integers(0, 9))


def filtered(
    home: AttackDefence, away: AttackDefence, surprise: np.ndarray, noise: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Means and covariance after one step of the textbook's filter."""
    means = np.array([home.attack, home.defence, away.attack, away.defence])
    covariance = np.diag([home.variance, home.variance, away.variance, away.variance])
    gain = covariance @ SEEN.T @ np.linalg.inv(SEEN @ covariance @ SEEN.T + noise)
    return means + gain @ surprise, (np.eye(4) - gain @ SEEN) @ covariance


def mean_rates(home: AttackDefence, away: AttackDefence) -> list[float]:
    return [home.attack, home.defence, away.attack, away.defence]


def test_a_step_by_hand():
    """Spreads 0.06 and 0.02, noise 0.02: shares 0.6 and 0.2 of surprises of 0.1 and -0.2."""
    home, away = AttackDefence(0.3, 0.1, 0.06), AttackDefence(-0.1, 0.2, 0.02)
    level = Level(0.1, 0.25)
    surprise = update_from_log_rates(MARKET, level, home, away, (0.45 + 0.1, -0.1 - 0.2))
    assert surprise == pytest.approx((0.1, -0.2))
    assert (home.attack, home.defence, home.variance) == pytest.approx((0.3 + 0.06, 0.1 + 0.12, 0.06 * 0.4))
    assert (away.attack, away.defence, away.variance) == pytest.approx((-0.1 - 0.04, 0.2 - 0.02, 0.02 * 0.8))
    assert (level.away, level.home_advantage) == pytest.approx((0.1 - 0.02 * 0.05, 0.25 + 0.02 * 0.15))


@given(CLUBS, CLUBS, LEVELS, LOG_RATES)
def test_an_update_from_prices_is_a_kalman_step(
    home: AttackDefence, away: AttackDefence, level: Level, seen: tuple[float, float]
):
    surprise = np.subtract(seen, log_rates(level, home, away))
    means, covariance = filtered(home, away, surprise, 0.02 * np.eye(2))
    update_from_log_rates(MARKET, level, home, away, seen)
    assert mean_rates(home, away) == pytest.approx(means, abs=1e-12)
    assert [home.variance] * 2 + [away.variance] * 2 == pytest.approx(np.diag(covariance), abs=1e-12)


@given(CLUBS, CLUBS, LEVELS, COUNTS, st.sampled_from([GOALS, SHOTS]))
def test_an_update_from_counts_is_a_kalman_step_on_the_log_rates(
    home: AttackDefence, away: AttackDefence, level: Level, seen: tuple[int, int], pace: RatingParameters
):
    """A count estimates its log rate with the relative error and the noise that the Poisson likelihood has there.

    Means agree to the last bit; a club's one variance lies between those of its attack and of its defence.
    """
    rates = np.exp(log_rates(level, home, away))
    means, covariance = filtered(home, away, seen / rates - 1, np.diag(1 / (pace.information * rates)))
    update_from_counts(pace, level, home, away, seen)
    assert mean_rates(home, away) == pytest.approx(means, abs=1e-9)
    variances = np.diag(covariance).reshape(2, 2)
    for club, (one, other) in zip((home, away), variances, strict=True):
        assert min(one, other) - 1e-12 <= club.variance <= max(one, other) + 1e-12


def test_where_both_rates_are_one_the_variance_is_the_filter_s():
    home, away = AttackDefence(0.2, 0.2, 0.05), AttackDefence(0.2, 0.2, 0.03)
    _, covariance = filtered(home, away, np.zeros(2), np.eye(2))
    update_from_counts(GOALS, Level(0.0, 0.0), home, away, (1, 1))
    assert (home.variance, away.variance) == pytest.approx((covariance[0, 0], covariance[2, 2]), abs=1e-12)


@given(VARIANCES, LEVELS, COUNTS)
def test_a_small_spread_moves_along_the_gradient_of_the_poisson_likelihood(
    variance: float, level: Level, seen: tuple[int, int]
):
    small = 1e-5 * variance
    home, away = AttackDefence(0.1, 0.0, small), AttackDefence(0.0, -0.2, small)

    def likelihood(attack: float, defence: float) -> float:
        home_log, away_log = log_rates(level, AttackDefence(attack, defence, 0), AttackDefence(0.0, -0.2, 0))
        return seen[0] * home_log - exp(home_log) + seen[1] * away_log - exp(away_log)

    nudge = 1e-6
    attack = (likelihood(0.1 + nudge, 0.0) - likelihood(0.1 - nudge, 0.0)) / (2 * nudge)
    defence = (likelihood(0.1, nudge) - likelihood(0.1, -nudge)) / (2 * nudge)
    update_from_counts(GOALS, deepcopy(level), home, away, seen)
    assert (home.attack - 0.1) / small == pytest.approx(attack, abs=1e-3)
    assert home.defence / small == pytest.approx(defence, abs=1e-3)


@given(CLUBS, CLUBS, LEVELS, LOG_RATES, COUNTS)
def test_a_match_never_makes_less_sure(
    home: AttackDefence, away: AttackDefence, level: Level, prices: tuple[float, float], goals: tuple[int, int]
):
    for pace, see, seen in ((MARKET, update_from_log_rates, prices), (GOALS, update_from_counts, goals)):
        before = home.variance, away.variance
        see(pace, level, home, away, seen)
        assert 0 < home.variance < before[0]
        assert 0 < away.variance < before[1]


@given(CLUBS, CLUBS, LEVELS)
def test_an_expected_result_changes_no_rating(home: AttackDefence, away: AttackDefence, level: Level):
    before = (mean_rates(home, away), deepcopy(level))
    expected = log_rates(level, home, away)
    assert update_from_log_rates(MARKET, level, home, away, expected) == (0, 0)
    update_from_counts(GOALS, level, home, away, (exp(expected[0]), exp(expected[1])))
    assert (mean_rates(home, away), level) == before


def test_more_goals_than_expected_raise_the_country_s_level():
    def after(*goals: float) -> Level:
        level = Level(0.1)
        update_from_counts(GOALS, level, initial_rating(GOALS, 1), initial_rating(GOALS, 1), (goals[0], goals[1]))
        return level

    assert after(4, 3).away > 0.1 > after(0, 0).away
    assert after(4, 0).home_advantage > Level(0.1).home_advantage > after(0, 4).home_advantage


@pytest.mark.case("K4")
@pytest.mark.parametrize(("tier", "strength"), [(1, 0.0), (2, -0.25)], ids=["top", "second"])
def test_a_newcomer_is_the_average_of_its_tier_with_the_widest_spread(tier: int, strength: float):
    assert initial_rating(GOALS, tier) == AttackDefence(strength, strength, 0.05)
    assert initial_rating(MARKET, tier) == AttackDefence(strength, strength, 0.1)


@pytest.mark.parametrize(
    ("days", "variance"),
    [
        (0, 0.02),
        (7, 0.02 + 7 * 2e-4),
        (40, 0.02 + 40 * 2e-4),
        (50, 0.02 + 40 * 2e-4),
        (51, 0.02 + 40 * 2e-4 + 0.01),
        (5000, 0.02 + 40 * 2e-4 + 0.01),
    ],
)
def test_days_without_a_match_widen_the_spread(days: int, variance: float):
    club = AttackDefence(0.3, -0.1, 0.02)
    grow_variance(club, MARKET, days)
    assert (club.attack, club.defence) == (0.3, -0.1)
    assert club.variance == pytest.approx(variance, abs=1e-15)


@given(CLUBS, st.integers(0, 9000))
def test_no_spread_is_wider_than_that_of_a_club_of_which_nothing_is_known(club: AttackDefence, days: int):
    before = club.variance
    grow_variance(club, MARKET, days)
    assert before <= club.variance <= MARKET.max_variance


def test_expected_log_rates_by_hand():
    home, away = AttackDefence(0.3, 0.1, 0.05), AttackDefence(-0.1, 0.2, 0.05)
    assert log_rates(Level(log(1.2), 0.2), home, away) == pytest.approx((log(1.2) + 0.3, log(1.2) - 0.2))


GROUND = RatingParameters(drift=2e-4, off_season=0.01, noise=0.02, ground_step=0.01, reaction=0.016)


def test_its_own_ground_helps_a_side_and_hinders_its_guest():
    home, away = AttackDefence(0.3, 0.1, 0.05, ground=0.04), AttackDefence(-0.1, 0.2, 0.05, ground=0.5)
    assert log_rates(Level(0.0, 0.2), home, away) == pytest.approx((0.3 + 0.04, -0.2 - 0.04)), "the guest's stays there"


def test_a_clubs_home_advantage_moves_by_half_the_surprise_in_the_lead():
    """A hundredth of half of a surprise of 0.1 and -0.2 in either log rate."""
    home, away = AttackDefence(0.3, 0.1, 0.06, ground=0.02), AttackDefence(-0.1, 0.2, 0.02, ground=0.03)
    update_from_log_rates(GROUND, Level(0.1, 0.25), home, away, (0.45 + 0.02 + 0.1, -0.1 - 0.02 - 0.2))
    assert home.ground == pytest.approx(0.02 + 0.01 * 0.15)
    assert away.ground == 0.03
    update_from_log_rates(MARKET, Level(0.1, 0.25), home, away, (1.0, -1.0))
    assert home.ground == pytest.approx(0.02 + 0.01 * 0.15), "a kind without a step learns nothing of grounds"


def test_ratings_move_with_goals_beyond_the_closing_rates():
    """Closing rates 1.5 and 1.0, then 3 and 0.5 fell: 0.016 of 1.5 and of -0.5."""
    home, away = AttackDefence(0.3, 0.1, 0.06), AttackDefence(-0.1, 0.2, 0.02)
    anticipate_market(GROUND, home, away, (log(1.5), log(1.0)), (3.0, 0.5))
    assert (home.attack, home.defence) == pytest.approx((0.3 + 0.016 * 1.5, 0.1 + 0.016 * 0.5))
    assert (away.attack, away.defence) == pytest.approx((-0.1 - 0.016 * 0.5, 0.2 - 0.016 * 1.5))
    assert (home.variance, away.variance) == (0.06, 0.02), "a result does not reduce the variance of the market's view"


@given(CLUBS, CLUBS, LOG_RATES)
def test_a_match_in_line_with_the_market_changes_no_ratings(
    home: AttackDefence, away: AttackDefence, closing: tuple[float, float]
):
    before = deepcopy((home, away))
    anticipate_market(GROUND, home, away, closing, (exp(closing[0]), exp(closing[1])))
    assert (home, away) == before
