"""The state of a match in play."""

from dataclasses import dataclass

HALF, FULL = 45, 90
"""Minutes."""
MAX_ADDED = 15
"""Minutes of added time."""
MAX_GOALS = 10
"""Of one side: five more fit into a score grid."""
MAX_RED_CARDS = 4
"""Of one side: a match is not continued with fewer than seven players (IFAB, Laws of the Game, 3.1)."""


@dataclass(frozen=True, slots=True)
class MatchState:
    """What is known of a match in play.

    Raises:
        ValueError: a field is out of its range, or time is added where no half ends.
    """

    minute: int  # minutes played, 0 to 90
    home: int  # goals
    away: int
    home_red: int = 0  # red cards
    away_red: int = 0
    # Minutes of added time played, at minute 45 or 90. None: 45 is half-time, and 90 the final whistle.
    added: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.minute <= FULL:
            raise ValueError(f"minute must lie between 0 and {FULL}")
        if self.added is not None and (self.minute not in (HALF, FULL) or not 0 <= self.added <= MAX_ADDED):
            raise ValueError(f"up to {MAX_ADDED} minutes are added, at minute {HALF} or {FULL}")
        if not all(0 <= goals <= MAX_GOALS for goals in (self.home, self.away)):
            raise ValueError(f"a side has 0 to {MAX_GOALS} goals")
        if not all(0 <= cards <= MAX_RED_CARDS for cards in (self.home_red, self.away_red)):
            raise ValueError(f"a side has 0 to {MAX_RED_CARDS} red cards")
