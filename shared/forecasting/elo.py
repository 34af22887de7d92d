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


def start(tier: int) -> float:
    """The rating of a club that has not been seen before."""
    return START - LOWER_DIVISION * (tier - 1)


def expected_score(home: float, away: float) -> float:
    """Share of the point that the home side is expected to take."""
    return 1 / (1 + 10 ** ((away - home - HOME_ADVANTAGE) / 400))


def change(home: float, away: float, home_goals: int, away_goals: int) -> float:
    """What a result adds to the home side's rating and takes from the away side's."""
    lead = home_goals - away_goals
    won = 1.0 if lead > 0 else 0.5 if lead == 0 else 0.0
    return STEP * (1 + abs(lead)) ** 0.5 * (won - expected_score(home, away))
