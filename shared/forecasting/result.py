"""A finished match, as input of the ratings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan


@dataclass(frozen=True, slots=True)
class Result:
    """A finished match, as input of the ratings."""

    day: date  # in Paris
    competition: str
    season: int  # year in which it began
    home_team_id: int
    away_team_id: int
    goals: tuple[int, int]  # of home and away
    # shots, shots_on_target, expected_goals, corners: of home and away; None where missing.
    shots: tuple[float, float] | None = None
    shots_on_target: tuple[float, float] | None = None
    expected_goals: tuple[float, float] | None = None
    corners: tuple[float, float] | None = None
    closing: tuple[float, float] | None = None  # log goal rates implied by closing prices; None without prices
    opening: tuple[float, float] | None = None  # log goal rates implied by earlier prices; None without prices


OptionalPair = Sequence[float | None]
"""Home and away value of a match; None or NaN where missing."""


def result_from(
    *,
    day: date,
    competition: str,
    season: int,
    clubs: tuple[int, int],
    goals: tuple[int, int],
    shots: OptionalPair,
    shots_on_target: OptionalPair,
    expected_goals: OptionalPair,
    corners: OptionalPair,
    closing: OptionalPair,
    opening: OptionalPair,
) -> Result:
    """Builds a result from the values of a row, for training and for serving.

    Without closing prices the opening ones replace them, and the line movement is unknown.
    """
    last, before = _complete_pair(closing), _complete_pair(opening)
    return Result(
        day=day,
        competition=competition,
        season=season,
        home_team_id=clubs[0],
        away_team_id=clubs[1],
        goals=goals,
        shots=_complete_pair(shots),
        shots_on_target=_complete_pair(shots_on_target),
        expected_goals=_complete_pair(expected_goals),
        corners=_complete_pair(corners),
        closing=last or before,
        opening=before if last else None,
    )


def _complete_pair(pair: OptionalPair) -> tuple[float, float] | None:
    home, away = pair[0], pair[1]
    if home is None or away is None or isnan(home) or isnan(away):
        return None
    return float(home), float(away)
