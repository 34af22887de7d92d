"""Attack and defence ratings with a spread: a Kalman filter for each club, moved by what is seen of its matches.

Log rates are `home = level + home advantage + attack(home) - defence(away)` and likewise away. Between matches a
club's spread grows; a match narrows it and moves the club by the share that its spread has in the surprise
(Kalman, R. E. (1960), A New Approach to Linear Filtering and Prediction Problems, J. Basic Engineering 82(1), 35-45,
for two clubs with independent errors; for counts the Poisson likelihood's gradient and information take the place of
the residual and the noise, as in Durbin, J. and Koopman, S. J. (2012), Time Series Analysis by State Space Methods,
2nd ed., section 10.6). What playing at home is worth to a club beyond what is usual follows its home matches alone.
"""

from dataclasses import dataclass
from math import exp

SUMMER = 50
"""Days without a match after which a club may have become another one."""
LONGEST_DRIFT = 40


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one kind of rating moves.

    Attributes:
        drift: variance that a club gains a day.
        summer: variance that it gains between seasons.
        noise: variance of an observed log rate; None where counts are observed.
        information: how much a count tells against a Poisson count (below 1 for overdispersed shots).
        widest: variance of a club of which nothing is known.
        lower_division: how much weaker a newcomer to a second division is taken to be, in attack and in defence.
        away: log rate of an average away side to start from.
        level_step: share of a match's surprise that moves what is usual in a country.
        ground_step: share of it that moves what its own ground is worth to the home side.
        reaction: what a goal more than the market expected will add to the log rates that it next implies.
    """

    drift: float
    off_season: float
    noise: float | None = None
    information: float = 1.0
    max_variance: float = 0.1
    lower_division: float = 0.25
    away: float = 0.10
    level_step: float = 0.003
    ground_step: float = 0.0
    reaction: float = 0.0


HOME_ADVANTAGE = 0.25


@dataclass(slots=True)
class Level:
    """What is usual in a country: log rate of an away side, and what playing at home adds."""

    away: float
    home_advantage: float = HOME_ADVANTAGE


@dataclass(slots=True)
class AttackDefence:
    """A club's strength of one kind.

    Attributes:
        attack, defence: in log rates against an average club.
        variance: of either.
        ground: what its own ground adds to its log rate, and takes from its guest's, beyond what is usual.
    """

    attack: float
    defence: float
    variance: float
    ground: float = 0.0


def newcomer(parameters: Pace, tier: int) -> AttackDefence:
    """A club that has not been seen before: the average of its division, with the widest spread."""
    start = -parameters.lower_division * (tier - 1)
    return AttackDefence(start, start, parameters.max_variance)


def rest(rating: AttackDefence, parameters: Pace, days: int) -> None:
    """Let days without a match pass."""
    growth = parameters.drift * min(days, LONGEST_DRIFT) + (parameters.off_season if days > SUMMER else 0.0)
    rating.variance = min(parameters.max_variance, rating.variance + growth)


def log_rates(level: Level, home: AttackDefence, away: AttackDefence) -> tuple[float, float]:
    """Expected log rates of the two sides."""
    return (
        level.away + level.home_advantage + home.attack - away.defence + home.ground,
        level.away + away.attack - home.defence - home.ground,
    )


def see_log_rates(
    parameters: Pace, level: Level, home: AttackDefence, away: AttackDefence, observed: tuple[float, float]
) -> tuple[float, float]:
    """Learn from the log goal rates that a market implied; the surprises of home and away."""
    expected = log_rates(level, home, away)
    home_error, away_error = observed[0] - expected[0], observed[1] - expected[1]
    total = home.variance + away.variance + (parameters.noise or 0.0)
    home_gain, away_gain = home.variance / total, away.variance / total
    _move(home, away, home_gain * home_error, home_gain * away_error, away_gain * home_error, away_gain * away_error)
    home.variance *= 1 - home_gain
    away.variance *= 1 - away_gain
    _move_level(parameters, level, home_error, away_error)
    home.ground += parameters.ground_step * (home_error - away_error) / 2
    return home_error, away_error


def follow(
    parameters: Pace,
    home: AttackDefence,
    away: AttackDefence,
    closing: tuple[float, float],
    scored: tuple[float, float],
) -> None:
    """Move as the market will, which learns from goals too: by what fell beyond the closing log goal rates."""
    home_step, away_step = (
        parameters.reaction * (goals - exp(expected)) for goals, expected in zip(scored, closing, strict=True)
    )
    _move(home, away, home_step, away_step, home_step, away_step)


def see_counts(
    parameters: Pace, level: Level, home: AttackDefence, away: AttackDefence, observed: tuple[float, float]
) -> None:
    """Learn from goals, chances or shots."""
    home_log, away_log = log_rates(level, home, away)
    home_rate, away_rate, weight = exp(home_log), exp(away_log), parameters.information
    both = home.variance + away.variance
    home_error = weight * (observed[0] - home_rate) / (1 + weight * home_rate * both)
    away_error = weight * (observed[1] - away_rate) / (1 + weight * away_rate * both)
    h, a = home.variance, away.variance
    _move(home, away, h * home_error, h * away_error, a * home_error, a * away_error)
    information = weight * (home_rate + away_rate) / 2
    home.variance = h * (1 - h * information / (1 + information * both))
    away.variance = a * (1 - a * information / (1 + information * both))
    _move_level(parameters, level, weight * (observed[0] / home_rate - 1), weight * (observed[1] / away_rate - 1))


def _move(
    home: AttackDefence,
    away: AttackDefence,
    home_attack: float,
    home_defence: float,
    away_defence: float,
    away_attack: float,
) -> None:
    home.attack += home_attack
    home.defence -= home_defence
    away.defence -= away_defence
    away.attack += away_attack


def _move_level(parameters: Pace, level: Level, home_error: float, away_error: float) -> None:
    level.away += parameters.level_step * (home_error + away_error) / 2
    level.home_advantage += parameters.level_step * (home_error - away_error) / 2
