"""Two seasons of two English divisions, made by chance: the same for the same seed."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import exp

import numpy as np

from shared.football.competition import COMPETITIONS
from shared.forecasting.attack_defence import log_rates
from shared.forecasting.result import Result
from shared.forecasting.strengths import RATINGS, Strengths

CLUBS = 8
"""In each division; 1 to 8 start in the first, 9 to 16 in the second, and 8 and 9 change places."""
START, SECOND_START = date(2021, 8, 14), date(2022, 8, 6)


def played(seed: int = 1) -> list[Result]:
    """The results in order of day: some without prices, some without statistics, some with opening prices alone."""
    chance = np.random.default_rng(seed)
    strength = np.concatenate([chance.normal(0.1, 0.3, CLUBS), chance.normal(-0.2, 0.3, CLUBS)])
    first = {"PL": list(range(1, 9)), "ELC": list(range(9, 17))}
    second = {"PL": [*range(1, 8), 9], "ELC": [8, *range(10, 17)]}
    results: list[Result] = []
    for season, start, divisions in ((2021, START, first), (2022, SECOND_START, second)):
        for matchday in range(2 * (CLUBS - 1)):
            day = start + timedelta(days=7 * matchday)
            for competition, clubs in divisions.items():
                for home, away in _pairs(clubs, matchday):
                    rates = np.exp([0.35, 0.1] + (strength[home - 1] - strength[away - 1]) * np.array([1, -1]))
                    results.append(_result(chance, day, competition, season, (home, away), rates))
    return results


def _pairs(clubs: Sequence[int], matchday: int) -> list[tuple[int, int]]:
    """Who meets on a matchday: all but the first move on by one place, and the grounds change at half-time."""
    turned = matchday % (len(clubs) - 1)
    ring = [clubs[0], *clubs[1 + turned :], *clubs[1 : 1 + turned]]
    pairs = [(ring[i], ring[-1 - i]) for i in range(len(ring) // 2)]
    return pairs if matchday < len(clubs) - 1 else [(away, home) for home, away in pairs]


def _result(
    chance: np.random.Generator, day: date, competition: str, season: int, clubs: tuple[int, int], rates: np.ndarray
) -> Result:
    goals, shots = chance.poisson(rates), chance.poisson(6 * rates + 4).astype(float)
    on_target = np.minimum(shots, chance.poisson(2 * rates + 2))
    corners = chance.poisson(2 * rates + 3).astype(float)
    closing = np.log(rates) + chance.normal(0, 0.05, 2)
    opening = closing + chance.normal(0, 0.03, 2)
    priced, complete, closed, measured = chance.random(4) < (0.9, 0.9, 0.8, 0.3)
    last = closing if closed else opening
    return Result(
        day=day,
        competition=competition,
        season=season,
        home_team_id=clubs[0],
        away_team_id=clubs[1],
        goals=(int(goals[0]), int(goals[1])),
        shots=_pair(shots) if complete else None,
        shots_on_target=_pair(on_target) if complete else None,
        expected_goals=_pair(rates) if measured else None,
        corners=_pair(corners) if complete else None,
        closing=_pair(last) if priced else None,
        opening=_pair(opening) if priced and closed else None,
    )


def _pair(values: np.ndarray) -> tuple[float, float]:
    return float(values[0]), float(values[1])


def goal_rates(
    strengths: Strengths, kind: str, competition: str, season: int, home: int, away: int
) -> tuple[float, float]:
    """Expected goals of the two sides by one kind of rating."""
    place = list(RATINGS).index(kind)
    level = strengths.level(COMPETITIONS[competition].nation)[place]
    clubs = [strengths.club(team_id, competition, season).ratings[place] for team_id in (home, away)]
    home_log, away_log = log_rates(level, clubs[0], clubs[1])
    return exp(home_log), exp(away_log)
