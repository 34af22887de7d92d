"""What simulated seasons say: places, prizes, points, and what the coming matches change."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.football.league_rules import EUROPEAN, LeagueRules, Prize
from shared.forecasting.season_simulation import SimulatedSeason

POINTS_SHARE = 0.9
"""Share of the runs whose points lie within the interval."""
LEAST_RUNS = 100
"""A condition that holds in fewer runs has no probabilities."""
LEAST_SWING = 0.05
"""What a match must change for a club that does not play in it to be listed."""


@dataclass(frozen=True, slots=True)
class ClubSeason:
    """The simulated season of one club."""

    places: tuple[int, ...]  # runs in which it ends at each place, from the first on
    points: float  # mean
    # Bounds of `POINTS_SHARE` of the runs.
    points_low: int
    points_high: int


@dataclass(frozen=True, slots=True)
class Stakes:
    """Probabilities of one club after each outcome of a match; None after one that hardly ever happens."""

    club: int  # its position among the clubs
    title: tuple[float | None, float | None, float | None]  # after home win, draw, away win
    europe: tuple[float | None, float | None, float | None]
    relegation: tuple[float | None, float | None, float | None]

    @property
    def swing(self) -> float:
        """The largest difference that the outcome makes to one of them."""
        return max(_spread(self.title), _spread(self.europe), _spread(self.relegation))


@dataclass(frozen=True, slots=True)
class Leverage:
    """What a match changes."""

    home: int
    away: int
    outcomes: tuple[float, float, float]  # shares of home win, draw, away win in the runs
    stakes: tuple[Stakes, ...]  # of the two clubs, then of others by falling swing


def club_seasons(simulated: SimulatedSeason) -> list[ClubSeason]:
    """The season of each club."""
    clubs = len(simulated.places)
    tails = [(1 - POINTS_SHARE) / 2, (1 + POINTS_SHARE) / 2]
    low, high = np.quantile(simulated.points, tails, axis=1, method="inverted_cdf")
    return [
        ClubSeason(
            places=tuple(np.bincount(simulated.places[club], minlength=clubs + 1)[1:].tolist()),
            points=float(simulated.points[club].mean()),
            points_low=int(low[club]),
            points_high=int(high[club]),
        )
        for club in range(clubs)
    ]


def leverage(simulated: SimulatedSeason, rules: LeagueRules, matches: Sequence[tuple[int, int]]) -> list[Leverage]:
    """What each of some matches changes, from the runs in which it ends one way or another."""
    wanted = [_weights(simulated, rules, prizes) for prizes in ((Prize.TITLE,), EUROPEAN, (Prize.RELEGATION,))]
    changes: list[Leverage] = []
    for home, away in matches:
        lead = simulated.goals[home, away, 0] - simulated.goals[home, away, 1]
        conditions = [lead > 0, lead == 0, lead < 0]
        after = [[_given(weights, condition) for condition in conditions] for weights in wanted]
        stakes = [
            Stakes(club, *((by[0][club], by[1][club], by[2][club]) for by in after))
            for club in range(len(simulated.places))
        ]
        others = [each for each in stakes if each.club not in (home, away) and each.swing >= LEAST_SWING]
        others.sort(key=lambda each: -each.swing)
        shares = [float(condition.mean()) for condition in conditions]
        changes.append(Leverage(home, away, (shares[0], shares[1], shares[2]), (stakes[home], stakes[away], *others)))
    return changes


def _weights(simulated: SimulatedSeason, rules: LeagueRules, prizes: Sequence[Prize]) -> NDArray[np.float64]:
    """Probability of one of these prizes in each run: (clubs, runs)."""
    clubs = len(simulated.places)
    by_place = np.zeros(clubs + 1)
    for prize, wanted in rules.prizes(clubs).items():
        if prize in prizes:
            by_place[[place for place in wanted if place <= clubs]] = 1
        elif prize is Prize.RELEGATION_PLAY_OFF and Prize.RELEGATION in prizes:
            by_place[list(wanted)] = 1 - (rules.play_off_survival or 0)
    return by_place[simulated.places]


def _given(weights: NDArray[np.float64], condition: NDArray[np.bool_]) -> list[float | None]:
    """Mean of each club over the runs with the condition."""
    if np.count_nonzero(condition) < LEAST_RUNS:
        return [None] * len(weights)
    return weights[:, condition].mean(axis=1).tolist()


def _spread(after: tuple[float | None, float | None, float | None]) -> float:
    known = [share for share in after if share is not None]
    return max(known) - min(known) if known else 0.0
