"""The outcome of a match after 90 minutes, by its index in `OUTCOMES`: 0 home win, 1 draw, 2 away win."""

from collections.abc import Sequence
from typing import Literal

MatchOutcome = Literal["home_win", "draw", "away_win"]
OUTCOMES: tuple[MatchOutcome, MatchOutcome, MatchOutcome] = ("home_win", "draw", "away_win")


def outcome_of(home_goals: int, away_goals: int) -> int:
    """The outcome of a score.

    >>> [outcome_of(2, 1), outcome_of(0, 0), outcome_of(0, 3)]
    [0, 1, 2]
    """
    return 0 if home_goals > away_goals else 1 if home_goals == away_goals else 2


def most_likely(probabilities: Sequence[float]) -> int:
    """The most likely outcome; of equally likely ones the first, so a home win before a draw before an away win.

    >>> [most_likely((0.2, 0.3, 0.5)), most_likely((0.4, 0.2, 0.4)), most_likely((0.2, 0.4, 0.4))]
    [2, 0, 1]
    """
    return probabilities.index(max(probabilities))
