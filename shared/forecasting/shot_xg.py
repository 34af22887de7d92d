"""What the two sides of a match created: goals, and chances as expected goals or shots tell them."""

from collections.abc import Sequence

SHARE_OF_GOALS = 0.3
"""What goals count for in chances; expected goals, or their estimate from shots, count for the rest."""
ON_TARGET, OFF_TARGET, WITHOUT = 0.24, -0.02, 0.36
"""Goals a side by shots on target and off it, and without any (least squares on 2012-22, five leagues and below)."""

Pair = tuple[float, float]
"""A figure of the home side and one of the away side."""


def chances(goals: Pair, shots: Pair | None, shots_on_target: Pair | None, expected_goals: Pair | None) -> Pair | None:
    """Chances of both sides in goals; None where neither expected goals nor shots are told."""
    expected: Sequence[float] | None = expected_goals
    if expected is None and shots is not None and shots_on_target is not None:
        pairs = zip(shots, shots_on_target, strict=True)
        expected = [WITHOUT + ON_TARGET * on + OFF_TARGET * max(tried - on, 0) for tried, on in pairs]
    if expected is None:
        return None
    home, away = (
        SHARE_OF_GOALS * scored + (1 - SHARE_OF_GOALS) * max(told, 0)
        for scored, told in zip(goals, expected, strict=True)
    )
    return (home, away)


def goals_and_chances(goals: Pair, created: Pair | None) -> Pair:
    """What a market learns from a match: the mean of its goals and its chances, goals alone where these are unknown."""
    home, away = created or goals
    return ((goals[0] + home) / 2, (goals[1] + away) / 2)
