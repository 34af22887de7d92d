"""Scores at half-time with the forecasts before the match, and the effects of a lead fitted to them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.training import dataset, walk_forward
from models.training.dataset import Floats, Ints
from models.training.progress import Stages
from shared.forecasting.grid import SIZE, score_grid
from shared.forecasting.half_time import FIRST_HALF_SHARE
from shared.forecasting.in_play import LARGEST_LEAD, LeadEffects, rates_to_come


class HalfTimes(NamedTuple):
    """Matches with their score at half-time and their forecast before the match.

    Attributes:
        season: year in which it began: (n,).
        competition: code: (n,).
        goals: log goal rates and rho before the match: (n, 3).
        at_break: goals at half-time: (n, 2).
        final: goals at the end: (n, 2).
        red_cards: (n, 2); NaN where unknown.
    """

    season: Ints
    competition: NDArray[np.str_]
    goals: Floats
    at_break: Ints
    final: Ints
    red_cards: Floats

    def of(self, selected: NDArray[np.bool_] | Ints) -> "HalfTimes":
        """The selected matches."""
        return HalfTimes(
            self.season[selected],
            self.competition[selected],
            self.goals[selected],
            self.at_break[selected],
            self.final[selected],
            self.red_cards[selected],
        )


def read(directory: Path, last: int, stages: Stages) -> HalfTimes:
    """The half-times of the five leagues up to a season.

    Raises:
        FileNotFoundError: the directory is not a mirror, or lacks a season.
        ValueError: no match has prices and a score at half-time.
    """
    history = [season for season in dataset.seasons_in(directory) if season <= last]
    with stages.stage("read", len(history)) as advance:
        matches = dataset.read(directory, history, lambda _: advance())
    with stages.stage("prepare"):
        prepared = walk_forward.prepare(matches)
    first = walk_forward.first_forecast(prepared)
    with stages.stage("walk", max(last + 1 - first, 1)) as advance:
        walk = walk_forward.walk(prepared, last, lambda _: advance())
    anchored = walk.forecasts["anchored"]
    goals = np.where(np.isnan(anchored), prepared.lines.goals, anchored)
    numbers = np.column_stack([goals, matches.numbers["half_time_goals"], matches.numbers["goals"]])
    known = prepared.top_five & ~np.isnan(numbers).any(axis=1)
    if not known.any():
        raise ValueError("no match has prices and a score at half-time")
    return HalfTimes(
        season=matches.season[known],
        competition=matches.competition[known],
        goals=goals[known],
        at_break=matches.numbers["half_time_goals"][known].astype(np.int64),
        final=matches.numbers["goals"][known].astype(np.int64),
        red_cards=matches.numbers["red_cards"][known],
    )


def fit(matches: HalfTimes) -> LeadEffects:
    """Goals after half-time over those expected before the match, by side and lead: the likeliest Poisson factors."""
    expected = np.exp(matches.goals[:, :2]) * (1 - FIRST_HALF_SHARE)
    scored = matches.final - matches.at_break
    leads = np.clip(matches.at_break[:, 0] - matches.at_break[:, 1], -LARGEST_LEAD, LARGEST_LEAD)
    home, away = (
        tuple(
            float(scored[leads == lead, side].sum() / expected[leads == lead, side].sum())
            for lead in range(-LARGEST_LEAD, LARGEST_LEAD + 1)
        )
        for side in (0, 1)
    )
    return LeadEffects(home, away)


def final_scores(matches: HalfTimes, of: LeadEffects, share: float = FIRST_HALF_SHARE) -> Floats:
    """Probability of every final score given the one at half-time: (n, 16, 16).

    Args:
        matches: the matches.
        of: effects of a lead.
        share: the share of the goals that falls before half-time.
    """
    lead = matches.at_break[:, 0] - matches.at_break[:, 1]
    rates = rates_to_come(np.exp(matches.goals[:, :2]), lead, share, of)
    to_come = score_grid(rates[:, 0], rates[:, 1], 0.0)
    result = np.zeros_like(to_come)
    for home, away in np.unique(matches.at_break, axis=0):
        selected = (matches.at_break == (home, away)).all(axis=1)
        result[np.ix_(selected, range(home, SIZE), range(away, SIZE))] = to_come[selected, : SIZE - home, : SIZE - away]
    return result / result.sum(axis=(1, 2), keepdims=True)
