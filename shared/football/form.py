"""Recent form of a club."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

FormResult = Literal["W", "D", "L"]
POINTS: dict[FormResult, int] = {"W": 3, "D": 1, "L": 0}


@dataclass(frozen=True, slots=True)
class Form:
    """Form over some matches: results in their order, total goals, and matches without a goal conceded."""

    results: tuple[FormResult, ...]
    scored: int
    conceded: int
    clean_sheets: int

    @property
    def points(self) -> int:
        """Three points for a win, one for a draw."""
        return sum(POINTS[result] for result in self.results)

    @property
    def rating(self) -> float:
        """Percentage of the possible points; 0 without a match."""
        return round(100 * self.points / (3 * len(self.results)), 1) if self.results else 0.0


def form(goals: Iterable[tuple[int, int]]) -> Form:
    """Form from the goals (own, opponent's) of each match.

    >>> form([(2, 1), (0, 0)]).results
    ('W', 'D')
    """
    played = tuple(goals)
    return Form(
        results=tuple("W" if own > other else "D" if own == other else "L" for own, other in played),
        scored=sum(own for own, _ in played),
        conceded=sum(other for _, other in played),
        clean_sheets=sum(other == 0 for _, other in played),
    )
