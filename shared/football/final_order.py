"""The order of a league at the end of a season, for many runs of a season at once.

Goals are arrays of shape (clubs, clubs, 2, runs): `goals[i, j]` of home side i and away side j; the diagonal is 0.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.football.league_rules import LeagueRules, TieBreak

Goals = NDArray[np.int8]
Counts = NDArray[np.int16]

_MUTUAL = frozenset(
    {TieBreak.MUTUAL_POINTS, TieBreak.MUTUAL_DIFFERENCE, TieBreak.MUTUAL_GOALS, TieBreak.MUTUAL_AWAY_GOALS}
)


class Table(NamedTuple):
    """What the order follows from: points with deductions (clubs, runs), and each pair's figures (clubs, clubs, runs).

    The figures are of the first club in both matches against the second.
    """

    points: Counts
    pair_points: Goals
    pair_difference: Goals
    pair_goals: Goals
    pair_away_goals: Goals


def table(goals: Goals, deductions: Sequence[int]) -> Table:
    """The table of finished seasons; deductions are added to the points of each club."""
    home, away = goals[:, :, 0], goals[:, :, 1]
    lead = home - away
    at_home = (lead >= 0).view(np.int8) + 2 * (lead > 0).view(np.int8)
    on_the_road = (lead <= 0).view(np.int8) + 2 * (lead < 0).view(np.int8)
    pair_points = at_home + on_the_road.transpose(1, 0, 2)
    clubs = np.arange(len(goals))
    pair_points[clubs, clubs] = 0
    pair_away_goals = away.transpose(1, 0, 2)
    return Table(
        points=pair_points.sum(axis=1, dtype=np.int16) + np.array(deductions, dtype=np.int16)[:, None],
        pair_points=pair_points,
        pair_difference=lead - lead.transpose(1, 0, 2),
        pair_goals=home + pair_away_goals,
        pair_away_goals=pair_away_goals,
    )


def places(of: Table, rules: LeagueRules, lots: NDArray[np.int64]) -> NDArray[np.int8]:
    """The place of each club, from 1: (clubs, runs). Deciders between clubs level on points are not played.

    Args:
        of: the table.
        rules: of the league.
        lots: the order where every criterion is equal, more is better: (clubs, runs). Clubs with equal lots share a
            place.
    """
    level = _refine(np.zeros_like(of.points), of.points)
    on_points = level.copy()
    step = np.zeros(level.shape[1], dtype=np.int64)
    while len(open_runs := np.flatnonzero(_has_level_clubs(level) & (step < len(rules.tie_breaks)))):
        first = int(step[open_runs].min())
        runs = open_runs[step[open_runs] == first]
        among = (on_points if rules.among_level_on_points else level)[:, runs]
        refined = _refine(level[:, runs], _value(of, rules.tie_breaks[first], among, runs))
        restarts = rules.restarts & (refined != level[:, runs]).any(axis=0)
        level[:, runs] = refined
        step[runs] = np.where(restarts, 0, first + 1)
    return (_refine(level, lots) + 1).astype(np.int8)


def _has_level_clubs(level: Counts) -> NDArray[np.bool_]:
    return level.sum(axis=0) < len(level) * (len(level) - 1) // 2


def _refine(level: Counts, values: NDArray[np.integer]) -> Counts:
    """The number of clubs that are before each one, given that of the criteria before and the next criterion."""
    low = int(values.min())
    key = values.astype(np.int64) - low - level.astype(np.int64) * (int(values.max()) - low + 1)
    before = np.zeros_like(level)
    for other in key:
        before += other > key
    return before


def _value(of: Table, criterion: TieBreak, among: Counts, runs: NDArray[np.int64]) -> NDArray[np.int16]:
    figures = {
        TieBreak.DIFFERENCE: of.pair_difference,
        TieBreak.GOALS: of.pair_goals,
        TieBreak.AWAY_GOALS: of.pair_away_goals,
        TieBreak.MUTUAL_POINTS: of.pair_points,
        TieBreak.MUTUAL_DIFFERENCE: of.pair_difference,
        TieBreak.MUTUAL_GOALS: of.pair_goals,
        TieBreak.MUTUAL_AWAY_GOALS: of.pair_away_goals,
    }[criterion][:, :, runs]
    if criterion in _MUTUAL:
        figures = figures * (among[:, None] == among[None])
    return figures.sum(axis=1, dtype=np.int16)
