"""Simulation of the rest of a league's season, many runs at once.

Played results are fixed. Each run draws the true strengths of all clubs from what the ratings leave open and keeps
them: a club that wins more than expected in a run is, in that run, a stronger club, and wins more afterwards. Drawing
each match from the ratings and updating them by its simulated result gives the same distribution, the joint predictive
one, and needs a filter within each run. Between matches strengths move at random, as in the ratings. Goals come from
the grid of Dixon and Coles (`grid`) at the run's rates.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.football.final_order import Goals, places, table
from shared.football.league_rules import Decider, LeagueRules
from shared.forecasting.grid import SIZE

Floats = NDArray[np.float64]

DEFAULT_RUNS = 10_000
STEP_DAYS = 14
"""Strengths move in steps of at least so many days."""


@dataclass(frozen=True, slots=True)
class SeasonInput:
    """A league's season as known on a day.

    Log goal rates are `(sum ± lead) / 2`. A club's strength has a part in the lead (its own less the opponent's) and
    one in the sum (both added): what is unknown of each is normal, with a covariance over the clubs that a filter of
    each club (diagonal) or of a nation (full) supplies.
    """

    log_rates: Floats  # expected log goal rates of home side i and away side j: (clubs, clubs, 2)
    played: NDArray[np.bool_]  # whether i has received j: (clubs, clubs); the diagonal is not used
    goals: Goals  # of the matches played, 0 elsewhere: (clubs, clubs, 2)
    days: Floats  # days until the matches that are left: (clubs, clubs)
    deductions: tuple[int, ...]  # added to the points of each club
    lead_covariance: Floats  # (clubs, clubs)
    sum_covariance: Floats  # (clubs, clubs)
    # Variance that a club's part gains per day.
    lead_drift: float
    sum_drift: float
    rho: float  # dependence of low scores, as in `grid.score_grid`

    @property
    def remaining(self) -> list[tuple[int, int]]:
        """Home and away sides of the matches left, in order of day."""
        left = ~self.played & ~np.eye(len(self.played), dtype=np.bool_)
        home, away = np.nonzero(left)
        order = np.argsort(self.days[home, away], kind="stable")
        return list(zip(home[order].tolist(), away[order].tolist(), strict=True))


class SimulatedSeason(NamedTuple):
    """The ends of a season."""

    goals: Goals  # (clubs, clubs, 2, runs)
    points: NDArray[np.int16]  # (clubs, runs)
    places: NDArray[np.int8]  # from 1: (clubs, runs)


class _Strengths:
    """What each run adds to the clubs' strengths, and their movement from day to day: (clubs, runs)."""

    def __init__(self, season: SeasonInput, runs: int, rng: np.random.Generator) -> None:
        self._season, self._rng = season, rng
        shape = (len(season.played), runs)
        self.lead = _root(season.lead_covariance) @ rng.standard_normal(shape, dtype=np.float32)
        self.sum = _root(season.sum_covariance) @ rng.standard_normal(shape, dtype=np.float32)
        self._day = 0.0
        self._moves = season.lead_drift > 0 or season.sum_drift > 0

    def move_to(self, day: float) -> None:
        elapsed = day - self._day
        if not self._moves or elapsed < STEP_DAYS:
            return
        for strength, drift in ((self.lead, self._season.lead_drift), (self.sum, self._season.sum_drift)):
            moves = self._rng.standard_normal(strength.shape, dtype=np.float32)
            np.add(strength, np.float32(np.sqrt(drift * elapsed)) * moves, out=strength)
        self._day = day

    def rates(self, log_rates: Floats, home: int, away: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Goal rates of a match in each run, given the expected log rates; their mean is what these imply."""
        lead, total = self.lead[home] - self.lead[away], self.sum[home] + self.sum[away]
        half = self._variance(home, away) / 2
        return (
            np.exp(np.float32(log_rates[0] - half) + (total + lead) / 2),
            np.exp(np.float32(log_rates[1] - half) + (total - lead) / 2),
        )

    def _variance(self, home: int, away: int) -> float:
        """Variance of either side's log rate."""
        season = self._season
        lead, total = season.lead_covariance, season.sum_covariance
        own = lead[home, home] + lead[away, away] + total[home, home] + total[away, away]
        common = total[home, away] - lead[home, away]
        return float(own + 2 * common + 2 * (season.lead_drift + season.sum_drift) * self._day) / 4


def simulate(
    season: SeasonInput, rules: LeagueRules, rng: np.random.Generator, runs: int = DEFAULT_RUNS
) -> SimulatedSeason:
    """Draws the matches that are left, in order of day, and orders the clubs at the end of each run."""
    strengths = _Strengths(season, runs, rng)
    goals = np.repeat(season.goals[..., None], runs, axis=3)
    for home, away in season.remaining:
        strengths.move_to(float(season.days[home, away]))
        rates = strengths.rates(season.log_rates[home, away], home, away)
        goals[home, away] = draw_scores(*rates, season.rho, rng)
    final = table(goals, season.deductions)
    lots = rng.permuted(np.tile(np.arange(len(goals))[:, None], runs), axis=0)
    order = places(final, rules, lots)
    for decider in rules.deciders:
        _play_decider(
            decider,
            1 if decider.for_title else rules.last_safe(len(goals)),
            order,
            final.points,
            strengths,
            season,
            rng,
        )
    return SimulatedSeason(goals, final.points, order)


def draw_scores(
    home_rate: NDArray[np.float32], away_rate: NDArray[np.float32], rho: float, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Scores from the grid of each run's rates: (runs,) → (2, runs).

    Home goals are Poisson, as the grid's margins are. Given none or one of them only the probabilities of no and of one
    away goal differ from Poisson, by amounts that cancel.
    """
    uniform = rng.random((2, len(home_rate)), dtype=np.float32)
    home = _quantile(uniform[0], home_rate, np.exp(-home_rate))
    none = np.exp(-away_rate)
    factor = np.where(home == 0, -home_rate * away_rate, np.where(home == 1, away_rate, np.float32(0)))
    away = _quantile(uniform[1], away_rate, none, none * (1 + np.float32(rho) * factor))
    return np.stack([home, away])


def _quantile(
    uniform: NDArray[np.float32],
    rate: NDArray[np.float32],
    none: NDArray[np.float32],
    first_threshold: NDArray[np.float32] | None = None,
) -> NDArray[np.int8]:
    """Poisson quantiles; `none` is the probability of no goal, `first_threshold` replaces it as a bound."""
    goals = (uniform >= (none if first_threshold is None else first_threshold)).view(np.int8)
    mass, reached = none, none
    for count in range(1, SIZE - 1):
        mass = mass * rate / np.float32(count)
        reached = reached + mass
        more = uniform >= reached
        if not more.any():
            break
        goals += more
    return goals


def _play_decider(
    decider: Decider,
    place: int,
    order: NDArray[np.int8],
    points: NDArray[np.int16],
    strengths: _Strengths,
    season: SeasonInput,
    rng: np.random.Generator,
) -> None:
    """Plays the matches between the clubs at a place and the next in the runs that need them; changes `order`."""
    if not 0 < place < len(order):
        return
    better, worse = np.argmax(order == place, axis=0), np.argmax(order == place + 1, axis=0)
    runs = range(order.shape[1])
    for run in np.flatnonzero(points[better, runs] == points[worse, runs]).tolist():
        one, other = int(better[run]), int(worse[run])
        at_one, at_other = season.log_rates[one, other], season.log_rates[other, one]
        if decider.legs == 2:
            grounds = [at_one, at_other[::-1]]
        else:
            grounds = [(at_one + at_other[::-1]) / 2 if decider.neutral else at_one]
        lead = float(strengths.lead[one, run] - strengths.lead[other, run])
        total = float(strengths.sum[one, run] + strengths.sum[other, run])
        scored = sum(float(np.exp(rates[0] + (total + lead) / 2)) for rates in grounds)
        conceded = sum(float(np.exp(rates[1] + (total - lead) / 2)) for rates in grounds)
        margin = int(rng.poisson(scored)) - int(rng.poisson(conceded))
        if margin < 0 or (margin == 0 and rng.random() < 0.5):
            order[one, run], order[other, run] = place + 1, place


def _root(covariance: Floats) -> NDArray[np.float32]:
    """A square root of a covariance, which may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))).astype(np.float32)
