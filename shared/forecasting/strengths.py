"""Everything that is learned of the clubs, match by match: a fold over results in order of day.

Each club has attack and defence ratings of several kinds and paces (`KINDS`), Elo, pi-ratings, its place in the season
and running averages of how its matches differed from what the market expected. One match costs microseconds; nothing is
ever fitted to the whole history again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import partial
from math import exp, isnan
from typing import Any

from shared.football.competition import COMPETITIONS
from shared.forecasting import elo, pi_ratings
from shared.forecasting.attack_defence import (
    AttackDefence,
    Level,
    Pace,
    follow,
    newcomer,
    rest,
    see_counts,
    see_log_rates,
)
from shared.forecasting.shot_xg import chances, goals_and_chances

_market = partial(Pace, noise=0.02, level_step=0.03, ground_step=0.01, reaction=0.016)
KINDS = {
    "market": _market(drift=2e-4, summer=0.01),
    "market_slow": _market(drift=2e-5, summer=0.005),
    "market_fast": _market(drift=1e-3, summer=0.02),
    "goals": Pace(drift=4e-5, off_season=0.0, max_variance=0.05),
    "goals_slow": Pace(drift=1e-5, off_season=0.0, max_variance=0.05),
    "chances": Pace(drift=8e-5, off_season=0.0, max_variance=0.05, information=2.0),
    "shots_on_target": Pace(drift=8e-5, off_season=0.0, information=0.6, lower_division=0.15, away=1.3),
    "shots": Pace(drift=8e-5, off_season=0.0, information=0.35, lower_division=0.10, away=2.3),
}
"""Ratings by what they are learned from: closing prices, goals, chances created, shots. Chosen on 2018-23."""

LUCK_MEMORY, SURPRISE_MEMORY = 0.85, 0.80


@dataclass(frozen=True, slots=True)
class Result:
    """A finished match as the ratings read it.

    Attributes:
        day: in Paris.
        competition: its code.
        season: year in which it began.
        home_team_id, away_team_id: the clubs.
        goals: of home and away.
        shots, shots_on_target, expected_goals: of home and away; None where nobody told.
        closing: log goal rates that the last prices before kick-off imply; None without prices.
        opening: those that the prices of the days before imply; None without.
    """

    day: date
    competition: str
    season: int
    home_team_id: int
    away_team_id: int
    goals: tuple[int, int]
    shots: tuple[float, float] | None = None
    shots_on_target: tuple[float, float] | None = None
    expected_goals: tuple[float, float] | None = None
    closing: tuple[float, float] | None = None
    opening: tuple[float, float] | None = None


Told = Sequence[float | None]
"""Two figures of a match, home and away; None or NaN where nobody told."""


def result_from(
    *,
    day: date,
    competition: str,
    season: int,
    clubs: tuple[int, int],
    goals: tuple[int, int],
    shots: Told,
    shots_on_target: Told,
    expected_goals: Told,
    closing: Told,
    opening: Told,
) -> Result:
    """A result from what a row tells, the same for training and for serving.

    Where a division has no closing prices the last known ones stand for them, and nothing is said of their movement.
    """
    last, before = _both(closing), _both(opening)
    return Result(
        day=day,
        competition=competition,
        season=season,
        home_team_id=clubs[0],
        away_team_id=clubs[1],
        goals=goals,
        shots=_both(shots),
        shots_on_target=_both(shots_on_target),
        expected_goals=_both(expected_goals),
        closing=last or before,
        opening=before if last else None,
    )


def _both(told: Told) -> tuple[float, float] | None:
    home, away = told[0], told[1]
    if home is None or away is None or isnan(home) or isnan(away):
        return None
    return float(home), float(away)


@dataclass(slots=True)
class Club:
    """What is known of a club after its last match.

    Attributes:
        kinds: its attack and defence, in the order of `KINDS`.
        elo: on the usual scale.
        pi_home, pi_away: pi-ratings on either ground.
        last_day: ordinal of the day of its last match; 0 before the first.
        competition, season: where it plays.
        points, played: in that season.
        tier, tier_before: of its division in this season and in the one before; 0 where unknown.
        luck: running mean of its goal differences above what closing prices expected.
        surprise_attack, surprise_defence: running means of its closing rates above what its market rating expected.
        last_surprise_attack, last_surprise_defence: the newest of those.
        drift: running mean of how its lines moved from opening to close, in log rates.
    """

    kinds: list[AttackDefence]
    elo: float
    pi_home: float = 0.0
    pi_away: float = 0.0
    last_day: int = 0
    competition: str = ""
    season: int = 0
    points: int = 0
    played: int = 0
    tier: int = 0
    tier_before: int = 0
    luck: float = 0.0
    surprise_attack: float = 0.0
    surprise_defence: float = 0.0
    last_surprise_attack: float = 0.0
    last_surprise_defence: float = 0.0
    drift: float = 0.0

    def numbers(self) -> list[float]:
        """All that is known but competition and season, in a fixed order: what is stored."""
        ratings = [
            value for rating in self.kinds for value in (rating.attack, rating.defence, rating.variance, rating.ground)
        ]
        return [*ratings, *(float(getattr(self, name)) for name in _STORED)]


_STORED = tuple(f.name for f in fields(Club) if f.name not in {"kinds", "competition", "season"})
_WHOLE = {"last_day", "points", "played", "tier", "tier_before"}


def club_from(competition: str, season: int, numbers: Sequence[float]) -> Club:
    """The club whose `numbers` these are.

    Raises:
        ValueError: they are not as many as a club has; they were stored by another version.
    """
    split = 4 * len(KINDS)
    if len(numbers) != split + len(_STORED):
        raise ValueError(f"a club has {split + len(_STORED)} numbers, not {len(numbers)}; learn the strengths anew")
    kinds = [AttackDefence(*numbers[place : place + 4]) for place in range(0, split, 4)]
    rest_of_it: dict[str, Any] = {
        name: int(value) if name in _WHOLE else value for name, value in zip(_STORED, numbers[split:], strict=True)
    }
    return Club(kinds, competition=competition, season=season, **rest_of_it)


@dataclass(slots=True)
class Strengths:
    """The clubs by id, the levels by nation, and who plays where; it is changed by `learn`."""

    clubs: dict[int, Club] = field(default_factory=dict[int, Club])
    levels: dict[str, list[Level]] = field(default_factory=dict[str, list[Level]])
    divisions: dict[tuple[str, int], set[int]] = field(default_factory=dict[tuple[str, int], set[int]])

    def club(self, team_id: int, competition: str, season: int) -> Club:
        """A club as it enters a match of a season; unknown ones start at their division's average, with wide spread.

        What it returns is not kept: a forecast leaves no trace.
        """
        tier = COMPETITIONS[competition].tier
        known = self.clubs.get(team_id)
        if known is None:
            ratings = [newcomer(parameters, tier) for parameters in KINDS.values()]
            return Club(ratings, elo.start(tier), competition=competition, season=season, tier=tier)
        return known

    def level(self, nation: str) -> list[Level]:
        """The levels of a nation, in the order of `KINDS`."""
        return self.levels.get(nation) or [Level(parameters.away) for parameters in KINDS.values()]

    def table(self, competition: str, season: int) -> list[int]:
        """Points of the clubs of a season, most first; clubs that have not played yet have none."""
        size = COMPETITIONS[competition].clubs_in(season)
        members = self.divisions.get((competition, season), set())
        points = [c.points for t in members if (c := self.clubs[t]).season == season and c.competition == competition]
        return sorted([*points, *[0] * (size - len(points))], reverse=True)


def learn(strengths: Strengths, results: Iterable[Result]) -> None:
    """Change strengths by results, which must be in order of day; a club plays at most once a day."""
    for result in results:
        _learn_one(strengths, result)


def _learn_one(strengths: Strengths, result: Result) -> None:
    competition = COMPETITIONS[result.competition]
    levels = strengths.levels.setdefault(competition.nation, strengths.level(competition.nation))
    home = _entering(strengths, result.home_team_id, result)
    away = _entering(strengths, result.away_team_id, result)
    created = chances(result.goals, result.shots, result.shots_on_target, result.expected_goals)
    seen = _seen(result, created)
    fell = goals_and_chances(result.goals, created)
    for place, (kind, pace) in enumerate(KINDS.items()):
        counts = seen.get(kind)
        if counts is None:
            continue
        if pace.noise is None:
            see_counts(pace, levels[place], home.kinds[place], away.kinds[place], counts)
            continue
        surprise = see_log_rates(pace, levels[place], home.kinds[place], away.kinds[place], counts)
        follow(pace, home.kinds[place], away.kinds[place], counts, fell)
        if kind == "market":
            _note_surprise(home, surprise[0], surprise[1])
            _note_surprise(away, surprise[1], surprise[0])
    lead = result.goals[0] - result.goals[1]
    if result.closing is not None:
        luck = lead - (exp(result.closing[0]) - exp(result.closing[1]))
        home.luck, away.luck = _towards(home.luck, luck), _towards(away.luck, -luck)
        if result.opening is not None:
            moved = (result.closing[0] - result.closing[1]) - (result.opening[0] - result.opening[1])
            home.drift, away.drift = _towards(home.drift, moved), _towards(away.drift, -moved)
    change = elo.change(home.elo, away.elo, *result.goals)
    home.elo, away.elo = home.elo + change, away.elo - change
    at_home, at_away = pi_ratings.changes(home.pi_home, away.pi_away, lead)
    home.pi_home, home.pi_away = home.pi_home + at_home, home.pi_away + pi_ratings.OTHER_GROUND * at_home
    away.pi_away, away.pi_home = away.pi_away + at_away, away.pi_home + pi_ratings.OTHER_GROUND * at_away
    for club, own_lead in ((home, lead), (away, -lead)):
        club.points += 3 if own_lead > 0 else 1 if own_lead == 0 else 0
        club.played += 1
        club.last_day = result.day.toordinal()


def _entering(strengths: Strengths, team_id: int, result: Result) -> Club:
    """The club as it takes the field: its season begun where it is its first match, its spread grown by the days."""
    club = strengths.clubs[team_id] = strengths.club(team_id, result.competition, result.season)
    if (club.competition, club.season) != (result.competition, result.season) or club.last_day == 0:
        club.tier_before = club.tier if club.last_day else 0
        club.tier = COMPETITIONS[result.competition].tier
        club.competition, club.season, club.points, club.played = result.competition, result.season, 0, 0
    strengths.divisions.setdefault((result.competition, result.season), set()).add(team_id)
    days = result.day.toordinal() - club.last_day if club.last_day else 0
    if days > 0:
        for kind, pace in zip(club.kinds, KINDS.values(), strict=True):
            rest(kind, pace, days)
    return club


def _seen(result: Result, created: tuple[float, float] | None) -> dict[str, tuple[float, float] | None]:
    """What a match tells the ratings of each kind."""
    return {
        "market": result.closing,
        "market_slow": result.closing,
        "market_fast": result.closing,
        "goals": result.goals,
        "goals_slow": result.goals,
        "chances": created,
        "shots_on_target": result.shots_on_target,
        "shots": result.shots,
    }


def _note_surprise(club: Club, scored: float, conceded: float) -> None:
    club.last_surprise_attack, club.last_surprise_defence = scored, conceded
    club.surprise_attack = SURPRISE_MEMORY * club.surprise_attack + (1 - SURPRISE_MEMORY) * scored
    club.surprise_defence = SURPRISE_MEMORY * club.surprise_defence + (1 - SURPRISE_MEMORY) * conceded


def _towards(mean: float, newest: float) -> float:
    return LUCK_MEMORY * mean + (1 - LUCK_MEMORY) * newest
