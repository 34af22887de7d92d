"""How a club's matches went."""

from collections.abc import Iterable
from dataclasses import dataclass

POINTS = {"W": 3, "D": 1, "L": 0}


@dataclass(frozen=True, slots=True)
class Form:
    """A club's matches, in the order in which they were given.

    Attributes:
        results: W, D or L of each.
        scored: its goals in all of them.
        conceded: its opponents'.
        clean_sheets: in how many it conceded none.
    """

    results: tuple[str, ...]
    scored: int
    conceded: int
    clean_sheets: int

    @property
    def points(self) -> int:
        """Three for a win, one for a draw."""
        return sum(POINTS[result] for result in self.results)

    @property
    def rating(self) -> float:
        """Points in percent of what there was to win; 0 without a match."""
        return round(100 * self.points / (3 * len(self.results)), 1) if self.results else 0.0


def form(goals: Iterable[tuple[int, int]]) -> Form:
    """The form that matches make, of each the club's goals and its opponent's."""
    played = tuple(goals)
    return Form(
        results=tuple("W" if own > other else "D" if own == other else "L" for own, other in played),
        scored=sum(own for own, _ in played),
        conceded=sum(other for _, other in played),
        clean_sheets=sum(other == 0 for _, other in played),
    )
