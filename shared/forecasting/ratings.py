"""Attack and defence ratings and Elo of every club, learned online: a fold over matches in order of day.

Attack and defence: log goal rates `home = level + home advantage + attack(home) - defence(away)` and likewise away,
each rating moved after a match along the gradient of its Poisson likelihood (Koopman, S. J. and Lit, R. (2019),
Forecasting football match results in national league competitions using score-driven time series models, Int. J. of
Forecasting 35(2), 797-809, equation 8 with unit scaling). The divisions of a country share one scale, so that a
promoted club brings its rating with it.

Elo: Elo, A. (1978), with home advantage and the goal-difference weight of Hvattum, L. M. and Arntzen, H. (2010), Using
ELO ratings for match result prediction in association football, Int. J. of Forecasting 26(3), 460-470, section 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import exp

STEP = 0.016
NEW_CLUB_STEP = 0.05
NEW_CLUB_MATCHES = 15.0
LEVEL_STEP = 0.003
ELO_STEP = 12.0
ELO_HOME_ADVANTAGE = 65.0
ELO_START = 1500.0
LOWER_DIVISION = 0.22
"""How much weaker the average club of a second division starts, in attack and in defence (log goal rate)."""
LOWER_DIVISION_ELO = 150.0


@dataclass(frozen=True, slots=True)
class Rating:
    """A club's strength after its last match.

    Attributes:
        attack: log goal rate above a country's level.
        defence: log goal rate taken from opponents.
        elo: on the usual scale, 1500 on average.
        matches: how many it was learned from.
    """

    attack: float
    defence: float
    elo: float
    matches: int


@dataclass(frozen=True, slots=True)
class Level:
    """Goals in a country's leagues: log goal rate of an away side, and what playing at home adds to it."""

    away: float = 0.10
    home_advantage: float = 0.25


@dataclass(frozen=True, slots=True)
class Result:
    """A finished match as the ratings read it: its day in Paris, the nation whose scale it is on, clubs and goals."""

    day: date
    nation: str
    tier: int
    home_team_id: int
    away_team_id: int
    home_goals: int
    away_goals: int


@dataclass(frozen=True, slots=True)
class Strengths:
    """Everything learned so far: clubs by id, levels by nation."""

    clubs: dict[int, Rating]
    levels: dict[str, Level]

    def club(self, team_id: int, tier: int) -> Rating:
        """A club's rating; one that has not played yet starts at the average of its tier."""
        below = tier - 1
        return self.clubs.get(team_id) or Rating(
            -LOWER_DIVISION * below, -LOWER_DIVISION * below, ELO_START - LOWER_DIVISION_ELO * below, 0
        )

    def level(self, nation: str) -> Level:
        """A country's level; one without matches starts at the usual one."""
        return self.levels.get(nation, Level())

    def goal_rates(self, nation: str, tier: int, home_team_id: int, away_team_id: int) -> tuple[float, float]:
        """Expected goals of the two sides."""
        home, away, level = self.club(home_team_id, tier), self.club(away_team_id, tier), self.level(nation)
        return (
            exp(level.away + level.home_advantage + home.attack - away.defence),
            exp(level.away + away.attack - home.defence),
        )


def learn(before: Strengths, results: Iterable[Result]) -> Strengths:
    """The strengths after the given results, which must be in order of day; nothing given is changed."""
    after = Strengths(dict(before.clubs), dict(before.levels))
    for result in results:
        _learn_one(after, result)
    return after


def _learn_one(strengths: Strengths, result: Result) -> None:
    home = strengths.club(result.home_team_id, result.tier)
    away = strengths.club(result.away_team_id, result.tier)
    level = strengths.level(result.nation)
    home_rate, away_rate = strengths.goal_rates(result.nation, result.tier, result.home_team_id, result.away_team_id)
    home_error, away_error = result.home_goals - home_rate, result.away_goals - away_rate
    won = 1.0 if result.home_goals > result.away_goals else 0.5 if result.home_goals == result.away_goals else 0.0
    expected = 1 / (1 + 10 ** ((away.elo - home.elo - ELO_HOME_ADVANTAGE) / 400))
    elo_change = ELO_STEP * (1 + abs(result.home_goals - result.away_goals)) ** 0.5 * (won - expected)
    strengths.clubs[result.home_team_id] = _moved(home, home_error, away_error, elo_change)
    strengths.clubs[result.away_team_id] = _moved(away, away_error, home_error, -elo_change)
    strengths.levels[result.nation] = replace(
        level,
        away=level.away + LEVEL_STEP * (home_error + away_error) / 2,
        home_advantage=level.home_advantage + LEVEL_STEP * (home_error - away_error) / 2,
    )


def _moved(club: Rating, scored_error: float, conceded_error: float, elo_change: float) -> Rating:
    step = STEP + NEW_CLUB_STEP / (1 + club.matches / NEW_CLUB_MATCHES) ** 2
    return Rating(
        attack=club.attack + step * scored_error,
        defence=club.defence - step * conceded_error,
        elo=club.elo + elo_change,
        matches=club.matches + 1,
    )
