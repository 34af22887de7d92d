"""Pi-ratings: a rating of each club at home and one away, updated by errors in the goal difference.

Constantinou, A. C. and Fenton, N. E. (2013), Determining the level of ability of football teams by dynamic ratings
based on the relative discrepancies in scores between adversaries, J. Quantitative Analysis in Sports 9(1), 37-50:
base 10, c = 3, learning rates 0.035 and 0.7 of it for the other ground (their section 3).
"""

from math import copysign, log10

LEARNING_RATE = 0.035
OTHER_GROUND = 0.7
_C = 3.0


def goal_difference(rating: float) -> float:
    """Expected goal difference against an average opponent."""
    return copysign(10 ** (abs(rating) / _C) - 1, rating)


def changes(home_at_home: float, away_at_away: float, lead: int) -> tuple[float, float]:
    """Changes of the home side's home rating and of the away side's away rating after a goal difference."""
    expected = goal_difference(home_at_home) - goal_difference(away_at_away)
    error = lead - expected
    weight = copysign(_C * log10(1 + abs(error)), error)
    return LEARNING_RATE * weight, -LEARNING_RATE * weight
