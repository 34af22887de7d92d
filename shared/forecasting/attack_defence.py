"""Attack and defence ratings with a variance: a Kalman filter for each club.

Log rates are `home = level + home advantage + attack(home) - defence(away)` and likewise away. Between matches a
club's variance grows. A match shrinks it and moves the rating by the Kalman gain times the residual
(Kalman, R. E. (1960), A New Approach to Linear Filtering and Prediction Problems, J. Basic Engineering 82(1), 35-45,
for two clubs with independent errors). For counts the gradient and the information of the Poisson likelihood replace
residual and noise (Durbin, J. and Koopman, S. J. (2012), Time Series Analysis by State Space Methods, 2nd ed.,
section 10.6). A club's own home advantage is learned from its home matches alone.
"""

from dataclasses import dataclass
from math import exp

OFF_SEASON_DAYS = 50
"""Days without a match after which the off-season variance is added."""
MAX_DRIFT_DAYS = 40


@dataclass(frozen=True, slots=True)
class RatingParameters:
    """Parameters of one rating."""

    drift: float  # variance added per day
    off_season: float  # variance added between seasons
    noise: float | None = None  # variance of an observed log rate; None where counts are observed
    information: float = 1.0  # information of a count relative to a Poisson count (below 1 for overdispersed shots)
    max_variance: float = 0.1  # variance of an unknown club, the upper limit
    lower_division: float = 0.25  # initial attack and defence of a club in the second division, below the average
    away: float = 0.10  # initial log rate of an average away side
    level_step: float = 0.003  # learning rate of a country's level
    ground_step: float = 0.0  # learning rate of a club's own home advantage
    reaction: float = 0.0  # change of the log rates that the market will imply, per goal above its expectation


HOME_ADVANTAGE = 0.25


@dataclass(slots=True)
class Level:
    """A country's average: log rate of an away side, and home advantage in log rate."""

    away: float
    home_advantage: float = HOME_ADVANTAGE


@dataclass(slots=True)
class AttackDefence:
    """One rating of a club."""

    # attack, defence: in log rates against an average club.
    attack: float
    defence: float
    variance: float  # of attack and of defence
    # Own home advantage beyond the country's: added to its log rate, subtracted from the opponent's.
    ground: float = 0.0


def initial_rating(parameters: RatingParameters, tier: int) -> AttackDefence:
    """The rating of an unknown club: the average of its division, with the largest variance."""
    start = -parameters.lower_division * (tier - 1)
    return AttackDefence(start, start, parameters.max_variance)


def grow_variance(rating: AttackDefence, parameters: RatingParameters, days: int) -> None:
    """Adds the variance of some days without a match, in place."""
    growth = parameters.drift * min(days, MAX_DRIFT_DAYS) + (parameters.off_season if days > OFF_SEASON_DAYS else 0.0)
    rating.variance = min(parameters.max_variance, rating.variance + growth)


def log_rates(level: Level, home: AttackDefence, away: AttackDefence) -> tuple[float, float]:
    """Expected log rates of the two sides."""
    return (
        level.away + level.home_advantage + home.attack - away.defence + home.ground,
        level.away + away.attack - home.defence - home.ground,
    )


def update_from_log_rates(
    parameters: RatingParameters, level: Level, home: AttackDefence, away: AttackDefence, observed: tuple[float, float]
) -> tuple[float, float]:
    """Updates ratings and level from the log goal rates that closing prices imply; returns the residuals."""
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


def anticipate_market(
    parameters: RatingParameters,
    home: AttackDefence,
    away: AttackDefence,
    closing: tuple[float, float],
    scored: tuple[float, float],
) -> None:
    """Moves the ratings as the market will react: by goals scored beyond the closing expectation."""
    home_step, away_step = (
        parameters.reaction * (goals - exp(expected)) for goals, expected in zip(scored, closing, strict=True)
    )
    _move(home, away, home_step, away_step, home_step, away_step)


def update_from_counts(
    parameters: RatingParameters, level: Level, home: AttackDefence, away: AttackDefence, observed: tuple[float, float]
) -> None:
    """Updates ratings and level from goals, chances or shots."""
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


def _move_level(parameters: RatingParameters, level: Level, home_error: float, away_error: float) -> None:
    level.away += parameters.level_step * (home_error + away_error) / 2
    level.home_advantage += parameters.level_step * (home_error - away_error) / 2
