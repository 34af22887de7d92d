"""Club strengths, updated online: a fold over results in order of day.

Each club has attack and defence ratings from several sources and with several speeds (`RATINGS`), Elo, pi-ratings, its
points of the season and running means of how its matches differed from the market's expectation. An update takes
microseconds; nothing is refitted to the whole history.

The joint filters load numpy, which a function that only reads ratings of clubs never needs: they are imported late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from math import exp
from typing import TYPE_CHECKING, Any

from shared.football.competition import COMPETITIONS
from shared.forecasting import elo, pi_ratings
from shared.forecasting.attack_defence import (
    AttackDefence,
    Level,
    RatingParameters,
    anticipate_market,
    grow_variance,
    initial_rating,
    update_from_counts,
    update_from_log_rates,
)
from shared.forecasting.result import Result
from shared.forecasting.shot_xg import chances, goals_and_chances

if TYPE_CHECKING:
    from shared.forecasting.joint_filter import JointState
    from shared.forecasting.joint_ratings import JointMatch

_market_parameters = partial(RatingParameters, noise=0.02, level_step=0.03, ground_step=0.01, reaction=0.016)
RATINGS = {
    "market": _market_parameters(drift=2e-4, off_season=0.01),
    "market_slow": _market_parameters(drift=2e-5, off_season=0.005),
    "market_fast": _market_parameters(drift=1e-3, off_season=0.02),
    "goals": RatingParameters(drift=4e-5, off_season=0.0, max_variance=0.05),
    "goals_slow": RatingParameters(drift=1e-5, off_season=0.0, max_variance=0.05),
    "chances": RatingParameters(drift=8e-5, off_season=0.0, max_variance=0.05, information=2.0),
    "goals_fast": RatingParameters(drift=1e-3, off_season=0.0),
    "shots_on_target": RatingParameters(drift=1e-3, off_season=0.0, information=0.6, lower_division=0.15, away=1.3),
    "shots": RatingParameters(drift=1e-3, off_season=0.0, information=0.35, lower_division=0.10, away=2.3),
    "corners": RatingParameters(drift=4e-4, off_season=0.0, information=0.6, lower_division=0.10, away=1.5),
}
"""Attack and defence ratings by source: closing prices, goals, chances created, shots, corners. Tuned on 2018-23."""

LUCK_MEMORY, SURPRISE_MEMORY = 0.85, 0.80


@dataclass(slots=True)
class Club:
    """The state of a club after its last match."""

    ratings: list[AttackDefence]  # attack and defence ratings, in the order of `RATINGS`
    elo: float
    pi_home: float = 0.0
    pi_away: float = 0.0
    last_day: int = 0  # ordinal of the day of its last match; 0 before the first
    # competition, season: of its last match.
    competition: str = ""
    season: int = 0
    # points, played: in that season.
    points: int = 0
    played: int = 0
    # tier, tier_before: tier of its division in this season and in the previous one; 0 where unknown.
    tier: int = 0
    tier_before: int = 0
    luck: float = 0.0  # running mean of goal difference minus the one that closing prices implied
    # surprise_attack, surprise_defence: running means of closing log rates minus those its market rating implied.
    surprise_attack: float = 0.0
    surprise_defence: float = 0.0
    # last_surprise_attack, last_surprise_defence: the latest of those differences.
    last_surprise_attack: float = 0.0
    last_surprise_defence: float = 0.0
    drift: float = 0.0  # running mean of the movement of its lines from opening to close, in log rates

    def numbers(self) -> list[float]:
        """All fields but competition and season, in a fixed order, for storage."""
        ratings = [
            value
            for rating in self.ratings
            for value in (rating.attack, rating.defence, rating.variance, rating.ground)
        ]
        return [*ratings, *(float(getattr(self, name)) for name in _STORED)]


_STORED = tuple(f.name for f in fields(Club) if f.name not in {"ratings", "competition", "season"})
_INTEGERS = {"last_day", "points", "played", "tier", "tier_before"}


def club_from_numbers(competition: str, season: int, numbers: Sequence[float]) -> Club:
    """The inverse of `Club.numbers`.

    Raises:
        ValueError: wrong count; another version stored them.
    """
    split = 4 * len(RATINGS)
    if len(numbers) != split + len(_STORED):
        raise ValueError(f"a club has {split + len(_STORED)} numbers, not {len(numbers)}; rebuild the strengths")
    ratings = [AttackDefence(*numbers[place : place + 4]) for place in range(0, split, 4)]
    remaining: dict[str, Any] = {
        name: int(value) if name in _INTEGERS else value for name, value in zip(_STORED, numbers[split:], strict=True)
    }
    return Club(ratings, competition=competition, season=season, **remaining)


@dataclass(slots=True)
class Strengths:
    """Clubs by id, levels and joint states by nation, clubs by competition and season. `learn` updates it in place."""

    clubs: dict[int, Club] = field(default_factory=dict[int, Club])
    levels: dict[str, list[Level]] = field(default_factory=dict[str, list[Level]])
    divisions: dict[tuple[str, int], set[int]] = field(default_factory=dict[tuple[str, int], set[int]])
    joint: dict[str, JointState] = field(default_factory=dict[str, "JointState"])

    def club(self, team_id: int, competition: str, season: int) -> Club:
        """A club before a match of a season. An unknown club gets its division's average and the widest variance.

        An unknown club is not stored.
        """
        if team_id in self.clubs:
            return self.clubs[team_id]
        tier = COMPETITIONS[competition].tier
        ratings = [initial_rating(parameters, tier) for parameters in RATINGS.values()]
        return Club(ratings, elo.starting_rating(tier), competition=competition, season=season, tier=tier)

    def level(self, nation: str) -> list[Level]:
        """The levels of a nation, in the order of `RATINGS`."""
        return self.levels.get(nation) or [Level(parameters.away) for parameters in RATINGS.values()]

    def joint_state(self, nation: str) -> JointState:
        """The state of a nation's joint filters."""
        from shared.forecasting.joint_ratings import JOINT  # noqa: PLC0415

        return self.joint.get(nation) or JOINT.start()

    def table(self, competition: str, season: int) -> list[int]:
        """Points of the clubs of a season, in descending order; 0 for clubs that have not played yet."""
        size = COMPETITIONS[competition].clubs_in(season)
        members = self.divisions.get((competition, season), set())
        points = [c.points for t in members if (c := self.clubs[t]).season == season and c.competition == competition]
        return sorted([*points, *[0] * (size - len(points))], reverse=True)


def learn(strengths: Strengths, results: Iterable[Result]) -> None:
    """Updates strengths by results in order of day; a club plays at most once a day."""
    from shared.forecasting import joint_ratings  # noqa: PLC0415

    by_nation: dict[str, dict[int, list[JointMatch]]] = {}
    for result in results:
        match = _learn_one(strengths, result)
        if match is not None:
            days = by_nation.setdefault(COMPETITIONS[result.competition].nation, {})
            days.setdefault(result.day.toordinal(), []).append(match)
    # One nation after the other: the matrices of one stay in the processor's cache, those of all do not.
    for nation, days in by_nation.items():
        state = strengths.joint[nation] = strengths.joint_state(nation)
        for day, matches in days.items():
            joint_ratings.learn_day(state, day, matches)


def _learn_one(strengths: Strengths, result: Result) -> JointMatch | None:
    """Updates the strengths of both clubs; returns the match for the filters of its nation, if it has prices."""
    competition = COMPETITIONS[result.competition]
    levels = strengths.levels.setdefault(competition.nation, strengths.level(competition.nation))
    home = _enter_match(strengths, result.home_team_id, result)
    away = _enter_match(strengths, result.away_team_id, result)
    created = chances(result.goals, result.shots, result.shots_on_target, result.expected_goals)
    observations = _observations(result, created)
    scored = goals_and_chances(result.goals, created)
    for i, (name, parameters) in enumerate(RATINGS.items()):
        observed = observations.get(name)
        if observed is None:
            continue
        if parameters.noise is None:
            update_from_counts(parameters, levels[i], home.ratings[i], away.ratings[i], observed)
            continue
        surprise = update_from_log_rates(parameters, levels[i], home.ratings[i], away.ratings[i], observed)
        anticipate_market(parameters, home.ratings[i], away.ratings[i], observed, scored)
        if name == "market":
            _record_surprise(home, surprise[0], surprise[1])
            _record_surprise(away, surprise[1], surprise[0])
    lead = result.goals[0] - result.goals[1]
    if result.closing is not None:
        luck = lead - (exp(result.closing[0]) - exp(result.closing[1]))
        home.luck, away.luck = _running_mean(home.luck, luck), _running_mean(away.luck, -luck)
        if result.opening is not None:
            moved = (result.closing[0] - result.closing[1]) - (result.opening[0] - result.opening[1])
            home.drift, away.drift = _running_mean(home.drift, moved), _running_mean(away.drift, -moved)
    change = elo.rating_change(home.elo, away.elo, *result.goals)
    home.elo, away.elo = home.elo + change, away.elo - change
    at_home, at_away = pi_ratings.changes(home.pi_home, away.pi_away, lead)
    home.pi_home, home.pi_away = home.pi_home + at_home, home.pi_away + pi_ratings.OTHER_GROUND * at_home
    away.pi_away, away.pi_home = away.pi_away + at_away, away.pi_home + pi_ratings.OTHER_GROUND * at_away
    for club, own_lead in ((home, lead), (away, -lead)):
        club.points += 3 if own_lead > 0 else 1 if own_lead == 0 else 0
        club.played += 1
        club.last_day = result.day.toordinal()
    if result.closing is None:
        return None
    from shared.forecasting.joint_filter import Fixture  # noqa: PLC0415
    from shared.forecasting.joint_ratings import joint_match  # noqa: PLC0415

    fixture = Fixture(result.home_team_id, result.away_team_id, competition.tier, result.season)
    return joint_match(fixture, result.goals, created, result.closing)


def _enter_match(strengths: Strengths, team_id: int, result: Result) -> Club:
    """The club before this match: a new season is started, and variances grow by the days since its last match."""
    club = strengths.clubs[team_id] = strengths.club(team_id, result.competition, result.season)
    if (club.competition, club.season) != (result.competition, result.season) or club.last_day == 0:
        club.tier_before = club.tier if club.last_day else 0
        club.tier = COMPETITIONS[result.competition].tier
        club.competition, club.season, club.points, club.played = result.competition, result.season, 0, 0
    strengths.divisions.setdefault((result.competition, result.season), set()).add(team_id)
    days = result.day.toordinal() - club.last_day if club.last_day else 0
    if days > 0:
        for rating, parameters in zip(club.ratings, RATINGS.values(), strict=True):
            grow_variance(rating, parameters, days)
    return club


def _observations(result: Result, created: tuple[float, float] | None) -> dict[str, tuple[float, float] | None]:
    """The observation for each rating."""
    return {
        "market": result.closing,
        "market_slow": result.closing,
        "market_fast": result.closing,
        "goals": result.goals,
        "goals_slow": result.goals,
        "goals_fast": result.goals,
        "chances": created,
        "shots_on_target": result.shots_on_target,
        "shots": result.shots,
        "corners": result.corners,
    }


def _record_surprise(club: Club, scored: float, conceded: float) -> None:
    club.last_surprise_attack, club.last_surprise_defence = scored, conceded
    club.surprise_attack = SURPRISE_MEMORY * club.surprise_attack + (1 - SURPRISE_MEMORY) * scored
    club.surprise_defence = SURPRISE_MEMORY * club.surprise_defence + (1 - SURPRISE_MEMORY) * conceded


def _running_mean(mean: float, newest: float) -> float:
    return LUCK_MEMORY * mean + (1 - LUCK_MEMORY) * newest
