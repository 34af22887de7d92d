"""Kalman filters over all clubs of a nation at once.

A filter observes one number of each match, the *lead* (the log goal rate of the home side less that of the away side)
or the *sum* of both log rates:

    y = level (+ second division) + s_home ± s_away + f_home ± f_away + g_home + noise,

with − for a lead and + for a sum. Of each club, s is a random walk, f returns to 0 within weeks, and g, the worth of
its own ground, returns to 0 within years. The states of all clubs share one covariance matrix, so that a match also
moves the clubs that met either of its sides before. The state is predicted from one day of matches to the next, and
then conditioned on all matches of the day together, which equals one match after the other (Kalman, R. E. (1960), A
New Approach to Linear Filtering and Prediction Problems, J. Basic Engineering 82(1), 35-45; Durbin, J. and Koopman,
S. J. (2012), Time Series Analysis by State Space Methods, 2nd ed., sections 4.3 and 6.4).

Several filters of the same matches run as one: the first axis of every array is the filter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS, PARTS = 2, 3
"""A state begins with the level of the nation and that of its second division; s, f and g of each club follow."""
MOST_DAYS = 30
"""Days between two days of matches by which a variance grows, at most."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Parameters of one filter."""

    away_sign: float  # -1 for a lead, 1 for a sum
    level: float  # of a nation before its first match
    level_variance: float
    level_drift: float  # variance added per day
    slow_variance: float  # of s of an unknown club
    slow_drift: float  # variance added per day
    slow_summer: float  # variance added between seasons
    fast_variance: float  # of f of an unknown club, to which it returns
    fast_retention: float  # share of f that is left after a day
    ground_variance: float  # of g of an unknown club, to which it returns
    ground_retention: float  # share of g that is left after a day
    from_below: float  # s of a club that enters a lower division
    elsewhere: float  # s of a club that enters the top division unseen
    noise: float  # variance of an observation


@dataclass(slots=True, eq=False)
class JointState:  # noqa: PLW1641  # it changes, so it has no hash
    """Mean and covariance of the filters of a nation, after the matches of a day."""

    mean: Floats  # (filters, states)
    covariance: Floats  # (filters, states, states)
    places: dict[int, int] = field(default_factory=dict[int, int])  # where s of each club is in a state
    seasons: dict[int, int] = field(default_factory=dict[int, int])  # the last season of each club
    day: int = 0  # ordinal of the last day with matches; 0 before the first
    season: int = 0  # the newest season

    def __eq__(self, other: object) -> bool:
        """Whether both are the same to the bit."""
        return isinstance(other, JointState) and pack(self) == pack(other)


@dataclass(frozen=True, slots=True)
class Fixture:
    """Who meets where."""

    home_team_id: int
    away_team_id: int
    tier: int
    season: int  # year in which it began


class JointFilter:
    """Filters of the same matches; the state of a nation is passed to every method."""

    def __init__(self, filters: Sequence[Filter]) -> None:
        self._filters = tuple(filters)
        self._of = {f.name: np.array([getattr(of, f.name) for of in filters]) for f in fields(Filter)}
        self._entering = np.stack(
            [self._of[f"{part}_variance"] for part in ("slow", "fast", "ground")], axis=-1
        )  # variances of an unknown club: (filters, parts)
        # A nation keeps its size for a season, and its days of matches are few days apart.
        self._movement = lru_cache(maxsize=16)(self._compute_movement)

    def start(self) -> JointState:
        """The state before any match."""
        mean, covariance = np.zeros((len(self._filters), LEVELS)), np.zeros((len(self._filters), LEVELS, LEVELS))
        mean[:, 0] = self._of["level"]
        _diagonal(covariance)[:] = self._of["level_variance"][:, None]
        return JointState(mean, covariance)

    def predict(self, state: JointState, day: int, season: int) -> None:
        """Moves a state to a later day, in place. A new season drops the clubs that did not play in the one before."""
        days, new_season = _days(state, day), season > state.season > 0
        if new_season:
            retain_clubs(state, [club for club, last in state.seasons.items() if last == state.season])
        state.day, state.season = max(day, state.day), max(season, state.season)
        retained, of_pairs, added = self._movement(len(state.places), days, new_season=new_season)
        state.mean *= retained
        state.covariance *= of_pairs
        _diagonal(state.covariance)[:] += added

    def enter(self, state: JointState, fixtures: Iterable[Fixture]) -> None:
        """Adds the unknown clubs of fixtures to a state, and notes the season of the others."""
        entering: list[float | Floats] = []
        for fixture in fixtures:
            for club in (fixture.home_team_id, fixture.away_team_id):
                if club not in state.places:
                    state.places[club] = LEVELS + PARTS * len(state.places)
                    entering.append(self._entry(fixture.tier))
                state.seasons[club] = fixture.season
        if not entering:
            return
        known, size = state.mean.shape[1], state.mean.shape[1] + PARTS * len(entering)
        mean, covariance = np.zeros((len(self._filters), size)), np.zeros((len(self._filters), size, size))
        mean[:, :known], covariance[:, :known, :known] = state.mean, state.covariance
        mean[:, known::PARTS] = np.stack(entering, axis=-1)
        _diagonal(covariance)[:, known:] = np.tile(self._entering, len(entering))
        state.mean, state.covariance = mean, covariance

    def expected(self, state: JointState, fixture: Fixture, day: int) -> Floats:
        """The mean of a fixture's observation on a later day: (filters,). Clubs may be unknown."""
        days = _days(state, day)
        retained = np.stack(
            [np.ones(len(self._filters)), *(self._of[f"{part}_retention"] ** days for part in ("fast", "ground"))]
        )
        mean = state.mean[:, 0] + (state.mean[:, 1] if fixture.tier > 1 else 0.0)
        for club, parts, sign in (
            (fixture.home_team_id, PARTS, 1.0),
            (fixture.away_team_id, 2, self._of["away_sign"]),
        ):
            if _is_known(state, club, fixture.season):
                place = state.places[club]
                mean = mean + sign * (retained[:parts].T * state.mean[:, place : place + parts]).sum(axis=1)
            else:
                mean = mean + sign * self._entry(fixture.tier)
        return mean

    def condition(self, state: JointState, fixtures: Sequence[Fixture], observed: Floats) -> None:
        """Conditions a state, predicted to their day, on observations of fixtures (filters, n), in place."""
        design = self._design(state, fixtures)
        errors = observed[:, :, None] - design @ state.mean[:, :, None]
        across = design @ state.covariance
        total = across @ design.transpose(0, 2, 1)
        _diagonal(total)[:] += self._of["noise"][:, None]
        # With L Lᵀ = total: the gain is (L⁻¹ across)ᵀ L⁻¹, and the covariance shrinks by (L⁻¹ across)ᵀ (L⁻¹ across).
        inverse = np.linalg.inv(np.linalg.cholesky(total))
        across = inverse @ across
        state.mean += (across.transpose(0, 2, 1) @ (inverse @ errors))[:, :, 0]
        state.covariance -= across.transpose(0, 2, 1) @ across

    def _design(self, state: JointState, fixtures: Sequence[Fixture]) -> Floats:
        """Weights of the state in each fixture's observation: (filters, fixtures, states). All clubs are known."""
        design = np.zeros((len(self._filters), len(fixtures), state.mean.shape[1]))
        design[:, :, 0] = 1.0
        design[:, :, 1] = [fixture.tier > 1 for fixture in fixtures]
        rows = np.arange(len(fixtures))
        home, away = slow_places(state, fixtures)
        for part in range(PARTS):
            design[:, rows, home + part] = 1.0
        for part in range(2):
            design[:, rows, away + part] = self._of["away_sign"][:, None]
        return design

    def _entry(self, tier: int) -> Floats:
        """s of an unknown club: (filters,)."""
        return self._of["from_below"] if tier > 1 else self._of["elsewhere"]

    def _compute_movement(self, clubs: int, days: int, *, new_season: bool) -> tuple[Floats, Floats, Floats]:
        """What is left of each state after some days, of each covariance, and the variance that each state gains.

        Shapes: (filters, states), (filters, states, states), (filters, states).
        """
        growing, start = min(days, MOST_DAYS), np.ones((len(self._filters), LEVELS))
        returning = np.stack([self._of[f"{part}_retention"] ** days for part in ("fast", "ground")], axis=-1)
        slow = growing * self._of["slow_drift"] + new_season * self._of["slow_summer"]
        left = np.column_stack([start[:, 0], returning])
        gained = np.column_stack([slow, self._entering[:, 1:] * (1 - returning**2)])
        levels = start * growing * self._of["level_drift"][:, None]
        retained = np.hstack([start, np.tile(left, clubs)])
        # A covariance is multiplied by one product, because a symmetric matrix then stays symmetric to the bit.
        of_pairs = retained[:, :, None] * retained[:, None, :]
        return retained, of_pairs, np.hstack([levels, np.tile(gained, clubs)])


def _days(state: JointState, day: int) -> int:
    return max(day - state.day, 0) if state.day else 0


def _is_known(state: JointState, club: int, season: int) -> bool:
    """Whether the state has a club, and still has it in a season."""
    return club in state.places and (season <= state.season or state.seasons[club] == state.season)


def retain_clubs(state: JointState, clubs: Sequence[int]) -> None:
    """Drops all other clubs from a state, in place: the rest of a Gaussian is what it was."""
    places = [*range(LEVELS), *(state.places[club] + part for club in clubs for part in range(PARTS))]
    state.mean = state.mean[:, places]
    state.covariance = np.ascontiguousarray(state.covariance[:, places][:, :, places])
    state.places = {club: LEVELS + PARTS * i for i, club in enumerate(clubs)}
    state.seasons = {club: state.seasons[club] for club in clubs}


def slow_places(state: JointState, fixtures: Sequence[Fixture]) -> tuple[Ints, Ints]:
    """Where s of the home and of the away sides of fixtures is in a state: twice (fixtures,). All clubs are known."""
    home = np.array([state.places[fixture.home_team_id] for fixture in fixtures])
    return home, np.array([state.places[fixture.away_team_id] for fixture in fixtures])


def _diagonal(matrices: Floats) -> Floats:
    """A view of the diagonals of contiguous matrices (…, n, n): (…, n)."""
    size = matrices.shape[-1]
    return matrices.reshape(*matrices.shape[:-2], size * size, copy=False)[..., :: size + 1]


def pack(state: JointState) -> tuple[bytes, bytes]:
    """A state for storage: all but the covariance, and the lower triangles of the covariance."""
    size, (filters, states) = len(state.places), state.mean.shape
    whole = [state.day, state.season, filters, size, *state.places, *(state.seasons[club] for club in state.places)]
    covariance = state.covariance[:, *np.tril_indices(states)]
    return np.array(whole, dtype="<i4").tobytes() + state.mean.astype("<f8").tobytes(), covariance.tobytes()


def unpack(head: bytes, covariance: bytes | None) -> JointState:
    """The inverse of `pack`; a covariance that was not retained is NaN.

    Raises:
        ValueError: the bytes do not fit each other.
    """
    day, season, filters, size = (int(value) for value in np.frombuffer(head, "<i4", 4))
    clubs = [int(club) for club in np.frombuffer(head, "<i4", 2 * size, 16)]
    states = LEVELS + PARTS * size
    matrices = np.full((filters, states, states), np.nan)
    rows, columns = np.tril_indices(states)
    if covariance is not None:
        matrices[:, rows, columns] = matrices[:, columns, rows] = np.frombuffer(covariance, "<f8").reshape(filters, -1)
    return JointState(
        mean=np.frombuffer(head, "<f8", offset=16 + 8 * size).reshape(filters, states).copy(),
        covariance=matrices,
        places={club: LEVELS + PARTS * i for i, club in enumerate(clubs[:size])},
        seasons=dict(zip(clubs[:size], clubs[size:], strict=True)),
        day=day,
        season=season,
    )
