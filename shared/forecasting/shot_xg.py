"""Chances created in a match: goals blended with expected goals, or with an estimate from shots."""

from collections.abc import Sequence

SHARE_OF_GOALS = 0.3
"""Weight of goals in chances; the rest is expected goals, or their estimate from shots."""
ON_TARGET, OFF_TARGET, INTERCEPT = 0.24, -0.02, 0.36
"""Goals per shot on target and off target, and intercept (least squares on 2012-22, five leagues and second tiers)."""

Pair = tuple[float, float]
"""Home and away value."""


def chances(goals: Pair, shots: Pair | None, shots_on_target: Pair | None, expected_goals: Pair | None) -> Pair | None:
    """Chances of both sides in goals; None without expected goals and shots.

    >>> chances((1, 0), None, None, (2.0, 1.0))
    (1.7, 0.7)
    """
    expected: Sequence[float] | None = expected_goals
    if expected is None and shots is not None and shots_on_target is not None:
        pairs = zip(shots, shots_on_target, strict=True)
        expected = [INTERCEPT + ON_TARGET * on + OFF_TARGET * max(total - on, 0) for total, on in pairs]
    if expected is None:
        return None
    home, away = (
        SHARE_OF_GOALS * scored + (1 - SHARE_OF_GOALS) * max(xg, 0) for scored, xg in zip(goals, expected, strict=True)
    )
    return (home, away)


def goals_and_chances(goals: Pair, created: Pair | None) -> Pair:
    """The mean of goals and chances, to which markets react; goals alone where chances are unknown."""
    home, away = created or goals
    return ((goals[0] + home) / 2, (goals[1] + away) / 2)
