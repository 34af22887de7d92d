"""Season outcomes, computed from runs that are written out."""

import numpy as np
import pytest

from shared.football.league_rules import LeagueRules, Prize, rules_of
from shared.forecasting.prizes import prize_probability
from shared.forecasting.season_outcomes import LEAST_RUNS, club_seasons, leverage
from shared.forecasting.season_simulation import SimulatedSeason, simulate
from tests.forecasting.seasons import season

EUROPE = LeagueRules("test", 2000, (), 1, 0.75, europe={Prize.CHAMPIONS_LEAGUE: (1,), Prize.EUROPA_LEAGUE: (2,)})


def runs(places: list[list[int]], points: list[list[int]], leads: list[int]) -> SimulatedSeason:
    """Seasons of four clubs, of which only the match of the first against the second has goals."""
    goals = np.zeros((4, 4, 2, len(leads)), dtype=np.int8)
    goals[0, 1, 0], goals[0, 1, 1] = np.maximum(leads, 0), np.maximum(-np.array(leads), 0)
    return SimulatedSeason(goals, np.array(points, dtype=np.int16), np.array(places, dtype=np.int8))


def test_places_and_points_of_a_club() -> None:
    """Nine runs of ten lie within the bounds."""
    points = list(range(1, 101))
    simulated = runs([[1] * 60 + [2] * 40, [2] * 60 + [1] * 40, [3] * 100, [4] * 100], [points] * 4, [0] * 100)
    first = club_seasons(simulated)[0]
    assert first.places == (60, 40, 0, 0)
    assert (first.points, first.points_low, first.points_high) == (50.5, 5, 95)


def test_relegation_includes_a_lost_play_off() -> None:
    """The third of four plays, and the upper club survives three times of four."""
    assert prize_probability([0, 0, 40, 60], EUROPE, Prize.RELEGATION) == pytest.approx(0.6 + 0.4 * 0.25)
    assert prize_probability([0, 0, 40, 60], EUROPE, Prize.RELEGATION_PLAY_OFF) == pytest.approx(0.4)
    assert prize_probability([10, 30, 0, 60], EUROPE, Prize.CHAMPIONS_LEAGUE) == pytest.approx(0.1)
    assert prize_probability([10, 30, 0, 60], EUROPE, Prize.CONFERENCE_LEAGUE) == 0


def test_the_leverage_of_a_match_on_each_clubs_season() -> None:
    """The first club is champion in 150 of 200 runs in which it wins, and in none of the others."""
    n = LEAST_RUNS
    first = [1] * (3 * n // 2) + [2] * (n // 2) + [3] * n + [4] * n
    second = [2] * (3 * n // 2) + [1] * (n // 2) + [1] * n + [3] * n
    third = [3] * (2 * n) + [2] * n + [1] * n
    fourth = [4] * (3 * n) + [2] * n
    leads = [1] * (2 * n) + [0] * n + [-2] * n
    [change] = leverage(runs([first, second, third, fourth], [[0] * 4 * n] * 4, leads), EUROPE, [(0, 1)])
    assert change.outcomes == (0.5, 0.25, 0.25)
    assert [each.club for each in change.stakes] == [0, 1, 2, 3]
    assert change.stakes[0].title == (0.75, 0.0, 0.0)
    assert change.stakes[0].europe == (1.0, 0.0, 0.0)
    assert change.stakes[0].relegation == (0.0, 0.25, 1.0)
    assert change.stakes[2].title == (0.0, 0.0, 1.0)
    assert change.stakes[2].swing == 1.0


def test_an_outcome_that_hardly_ever_happens_has_no_probabilities() -> None:
    """And a club that the match does not concern is not listed."""
    n = LEAST_RUNS
    places = [[1] * (2 * n), [2] * (2 * n), [3] * (2 * n), [4] * (2 * n)]
    leads = [1] * (n + 1) + [0] * (n - 1)
    [change] = leverage(runs(places, [[0] * 2 * n] * 4, leads), EUROPE, [(0, 1)])
    assert change.stakes[0].title == (1.0, None, None)
    assert change.stakes[0].swing == 0.0
    assert [each.club for each in change.stakes] == [0, 1]


def test_conditioning_agrees_with_a_season_in_which_the_match_is_played() -> None:
    """The runs in which the home side wins are a season in which it has won."""
    rules = rules_of("PL", 2023)
    assert rules is not None
    open_season = season(4)
    simulated = simulate(open_season, rules, np.random.default_rng(1), 40_000)
    [change] = leverage(simulated, rules, [(0, 1)])
    played, goals = open_season.played.copy(), open_season.goals.copy()
    shares = []
    for score in ((1, 0), (2, 0), (2, 1), (3, 0), (3, 1)):
        played[0, 1], goals[0, 1] = True, score
        after = simulate(season(4, played=played, goals=goals), rules, np.random.default_rng(2), 4_000)
        shares.append(float((after.places[0] == 1).mean()))
    assert change.stakes[0].title[0] == pytest.approx(np.mean(shares), abs=0.05)
