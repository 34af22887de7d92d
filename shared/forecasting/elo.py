"""Elo ratings of clubs.

Elo, A. (1978), The Rating of Chessplayers, with home advantage and the weight of the goal difference of Hvattum, L. M.
and Arntzen, H. (2010), Using ELO ratings for match result prediction in association football, Int. J. of Forecasting
26(3), 460-470, section 3.
"""

STEP = 12.0
HOME_ADVANTAGE = 65.0
START = 1500.0
LOWER_DIVISION = 150.0
"""How much lower a club starts in a second division."""


def starting_rating(tier: int) -> float:
    """The rating of an unknown club."""
    return START - LOWER_DIVISION * (tier - 1)


def expected_score(home: float, away: float) -> float:
    """Expected score of the home side: 1 a win, 0.5 a draw, 0 a loss.

    >>> expected_score(1435.0, 1500.0)
    0.5
    """
    return 1 / (1 + 10 ** ((away - home - HOME_ADVANTAGE) / 400))


def rating_change(home: float, away: float, home_goals: int, away_goals: int) -> float:
    """The points that a result adds to the home side's rating and subtracts from the away side's."""
    lead = home_goals - away_goals
    won = 1.0 if lead > 0 else 0.5 if lead == 0 else 0.0
    return STEP * (1 + abs(lead)) ** 0.5 * (won - expected_score(home, away))
