"""Simulated seasons: against all outcomes of a tiny league, and properties of any."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from shared.football.final_order import places, table
from shared.football.league_rules import LeagueRules, TieBreak, rules_of
from shared.forecasting.grid import score_grid
from shared.forecasting.season_simulation import draw_scores, simulate
from tests.forecasting.seasons import season

RUNS = 20_000
BY_GOALS = LeagueRules("test", 2000, (TieBreak.DIFFERENCE, TieBreak.GOALS), 1)


def rules(code: str, year: int) -> LeagueRules:
    found = rules_of(code, year)
    assert found is not None
    return found


def test_scores_are_drawn_from_the_grid() -> None:
    """Every score up to four goals, with the corrected low ones, within four standard errors."""
    for home, away, rho in ((1.5, 1.2, -0.07), (2.6, 0.5, -0.15), (0.8, 0.9, 0.1)):
        rng = np.random.default_rng(3)
        rates = [np.full(200_000, rate, dtype=np.float32) for rate in (home, away)]
        drawn = draw_scores(rates[0], rates[1], rho, rng)
        grid = score_grid(home, away, rho)
        for i, j in product(range(5), range(5)):
            share = float(((drawn[0] == i) & (drawn[1] == j)).mean())
            assert share == pytest.approx(grid[i, j], abs=4 * np.sqrt(grid[i, j] / 200_000)), (i, j)


@pytest.mark.parametrize("code", ["PL", "PD", "SA"])
def test_a_tiny_league_against_all_of_its_outcomes(code: str) -> None:
    """Three clubs, four matches played: every score of the two that are left, weighted by the grid."""
    goals = np.zeros((3, 3, 2), dtype=np.int8)
    played = ~np.eye(3, dtype=np.bool_)
    for pair, score in {(0, 1): (2, 1), (1, 0): (1, 0), (0, 2): (0, 0), (2, 1): (1, 1)}.items():
        goals[pair] = score
    left = [(1, 2), (2, 0)]
    for pair in left:
        played[pair] = False
    rates = np.tile(np.log([1.5, 1.2]), (3, 3, 1))
    rates[1, 2] = np.log([1.1, 1.7])
    # Without play-offs, whose result is not a score of the league.
    of = LeagueRules("test", 2000, rules(code, 2021).tie_breaks, 1, restarts=code == "PD")
    simulated = simulate(season(3, goals=goals, played=played, log_rates=rates), of, np.random.default_rng(1), RUNS)
    grids = [score_grid(np.exp(rates[pair][0]), np.exp(rates[pair][1]), -0.07) for pair in left]
    scores = list(product(product(range(8), range(8)), repeat=2))
    weights = np.array([grids[0][first] * grids[1][second] for first, second in scores])
    outcomes = np.repeat(goals[..., None], len(scores), axis=3)
    for number, pair in enumerate(left):
        outcomes[pair] = np.array([score[number] for score in scores]).T
    order = places(table(outcomes, [0, 0, 0]), of, np.zeros((3, len(scores)), dtype=np.int64))
    expected = np.zeros((3, 3))
    for club, place in product(range(3), range(3)):
        level = (order == order[club]).sum(axis=0)  # lots decide among them
        expected[club, place] = (weights / level)[(order[club] <= place + 1) & (place + 1 < order[club] + level)].sum()
    for club, place in product(range(3), range(3)):
        share = (simulated.places[club] == place + 1).mean()
        assert share == pytest.approx(expected[club, place], abs=4 * np.sqrt(0.25 / RUNS) + 1e-3)


def test_played_results_are_fixed_and_the_others_drawn() -> None:
    """A finished season ends in one way; deductions count."""
    goals = np.zeros((4, 4, 2), dtype=np.int8)
    goals[0, 1:, 0] = 3
    goals[1, 2:, 0] = 1
    finished = season(4, goals=goals, played=np.ones((4, 4), dtype=np.bool_), deductions=(-9, 0, 0, 0))
    simulated = simulate(finished, BY_GOALS, np.random.default_rng(1), 50)
    assert (simulated.goals == goals[..., None]).all()
    assert simulated.points[:, 0].tolist() == [12 - 9, 9, 4, 4]
    assert (simulated.places[:2].T == [4, 1]).all(), "a point less than the last"


@given(st.integers(3, 7), st.floats(0, 0.05), st.integers(0, 2**32 - 1))
@examples(max_examples=20, deadline=None)
def test_every_run_is_a_whole_season(clubs: int, variance: float, seed: int) -> None:
    """Each place once, and two or three points a match."""
    given = season(clubs, lead_covariance=variance * np.eye(clubs), sum_covariance=variance * np.eye(clubs))
    simulated = simulate(given, rules("SA", 2023), np.random.default_rng(seed), 40)
    assert (np.sort(simulated.places, axis=0) == np.arange(1, clubs + 1)[:, None]).all()
    matches = clubs * (clubs - 1)
    assert (simulated.points.sum(axis=0) >= 2 * matches).all()
    assert (simulated.points.sum(axis=0) <= 3 * matches).all()
    again = simulate(given, rules("SA", 2023), np.random.default_rng(seed), 40)
    assert (again.places == simulated.places).all()


def test_a_club_that_wins_in_a_run_wins_more_afterwards() -> None:
    """With unknown strengths the halves of a season agree; with known ones they do not; the mean points stay."""

    def halves(variance: float) -> tuple[float, float]:
        given = season(8, lead_covariance=variance * np.eye(8))
        simulated = simulate(given, BY_GOALS, np.random.default_rng(5), 4000)
        lead = np.sign(simulated.goals[0, :, 0].astype(int) - simulated.goals[0, :, 1])
        first, second = lead[1:4].sum(axis=0), lead[4:].sum(axis=0)
        return float(np.corrcoef(first, second)[0, 1]), float(simulated.points[0].mean())

    alone, known = halves(0.0)
    together, unknown = halves(0.1)
    assert abs(alone) < 0.05
    assert together > 0.1
    assert unknown == pytest.approx(known, abs=0.5)


def test_strengths_that_move_spread_the_end() -> None:
    """Movement adds to what is unknown, the more the later a match is."""

    def spread(days: float, drift: float) -> float:
        given = season(6, days=np.full((6, 6), days), lead_drift=drift)
        return float(simulate(given, BY_GOALS, np.random.default_rng(2), 4000).points[0].std())

    assert spread(200, 0.0) == pytest.approx(spread(20, 0.0), abs=0.15)
    assert spread(20, 1e-3) < spread(200, 1e-3) - 0.3


def test_the_mean_goals_are_those_of_the_expected_rates() -> None:
    """Whatever is unknown of the strengths."""
    given = season(4, lead_covariance=0.2 * np.eye(4), sum_covariance=0.1 * np.eye(4), sum_drift=5e-4,
                   days=np.full((4, 4), 100.0))  # fmt: skip
    scored = simulate(given, BY_GOALS, np.random.default_rng(2), RUNS).goals.mean(axis=3)
    assert scored[0, 1] == pytest.approx([1.5, 1.2], abs=0.06)


def test_clubs_level_at_the_top_of_serie_a_play_for_the_title() -> None:
    """Two clubs that drew everything; the stronger wins the play-off more often, which the criteria cannot decide."""
    goals = np.zeros((2, 2, 2), dtype=np.int8)
    rates = np.log(np.array([[[1, 1], [2.4, 0.6]], [[0.8, 2.0], [1, 1]]]))
    level = season(2, goals=goals, played=np.ones((2, 2), dtype=np.bool_), log_rates=rates)
    stronger = {
        year: float((simulate(level, rules("SA", year), np.random.default_rng(1), 4000).places[0] == 1).mean())
        for year in (2021, 2022, 2023)
    }
    assert stronger[2021] == pytest.approx(0.5, abs=0.04), "lots"
    assert stronger[2022] > 0.75
    assert stronger[2023] > 0.75


def test_matches_that_are_left_come_in_order_of_day() -> None:
    """Played ones are not among them."""
    days = np.array([[0, 9, 3], [5, 0, 1], [7, 2, 0]], dtype=np.float64)
    played = np.zeros((3, 3), dtype=np.bool_)
    played[2, 0] = True
    assert season(3, days=days, played=played).remaining == [(1, 2), (2, 1), (0, 2), (1, 0), (0, 1)]
