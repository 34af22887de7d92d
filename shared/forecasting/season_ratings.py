"""A league's season as the ratings know it: the input of `season_simulation`.

Strengths are those of the nation's joint filters, with their covariance. Where these have seen no price of the league's
clubs, each club's own ratings by prices or by goals stand for them: these give attack and defence the same variance and
know no covariance. The lead of a match is the difference of the two clubs' attack and defence taken together, the sum
that of attack less defence, so each part of a club has twice that variance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shared.football.competition import COMPETITIONS
from shared.football.final_order import Goals
from shared.forecasting.attack_defence import AttackDefence, grow_variance, log_rates
from shared.forecasting.grid import RHO
from shared.forecasting.joint_ratings import LEAD, SUM
from shared.forecasting.joint_season import LeagueStrengths, league_strengths
from shared.forecasting.season_simulation import Floats, SeasonInput
from shared.forecasting.strengths import RATINGS, Strengths

SPREAD = 1.5
"""Variance of a club's strength relative to that of its own rating. Tuned on 2009-10 to 2022-23."""

_NAMES = list(RATINGS)


def season_input(
    strengths: Strengths,
    competition: str,
    season: int,
    day: date,
    clubs: Sequence[int],
    played: NDArray[np.bool_],
    goals: Goals,
    days: Floats,
    deductions: Mapping[int, int],
    forecasts: Mapping[tuple[int, int], tuple[float, float]],
) -> SeasonInput:
    """The input of a league before a day.

    Args:
        strengths: before the day; the joint state of the nation with its covariance, or none.
        competition: code.
        season: year in which it began.
        day: in Paris.
        clubs: their ids; the arrays follow this order.
        played: as in `SeasonInput`.
        goals: as in `SeasonInput`.
        days: as in `SeasonInput`.
        deductions: added to the points of clubs, by id.
        forecasts: published log goal rates by home and away club id; they replace those of the ratings.
    """
    division = COMPETITIONS[competition]
    joint = strengths.joint.get(division.nation)
    if joint is not None and not joint.places.keys().isdisjoint(clubs):
        league = league_strengths(joint, division.tier, season, day.toordinal(), clubs, days)
    else:
        league = _own_ratings(strengths, competition, season, day, clubs)
    rates = league.log_rates
    for (home, away), published in forecasts.items():
        rates[clubs.index(home), clubs.index(away)] = published
    return SeasonInput(
        log_rates=rates,
        played=played,
        goals=goals,
        days=days,
        deductions=tuple(deductions.get(team_id, 0) for team_id in clubs),
        lead_covariance=league.lead_covariance,
        sum_covariance=league.sum_covariance,
        lead_drift=LEAD.slow_drift,
        sum_drift=SUM.slow_drift,
        rho=RHO,
    )


def _own_ratings(
    strengths: Strengths, competition: str, season: int, day: date, clubs: Sequence[int]
) -> LeagueStrengths:
    name = _rating(strengths, competition, season, clubs)
    place, parameters = _NAMES.index(name), RATINGS[name]
    level = strengths.level(COMPETITIONS[competition].nation)[place]
    ratings: list[AttackDefence] = []
    for team_id in clubs:
        club = strengths.club(team_id, competition, season)
        rating = replace(club.ratings[place])
        if club.last_day:
            grow_variance(rating, parameters, day.toordinal() - club.last_day)
        ratings.append(rating)
    rates = np.array([[log_rates(level, home, away) for away in ratings] for home in ratings])
    covariance = np.diag([2 * SPREAD * rating.variance for rating in ratings])
    return LeagueStrengths(rates, covariance, covariance)


def _rating(strengths: Strengths, competition: str, season: int, clubs: Sequence[int]) -> str:
    """The ratings by prices, or by goals where no price was known of any of these clubs."""
    place, unknown = _NAMES.index("market"), RATINGS["market"].max_variance
    variances = [strengths.club(team_id, competition, season).ratings[place].variance for team_id in clubs]
    return "market" if min(variances) < unknown else "goals"
