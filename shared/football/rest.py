"""How rested a club is: days since its last match, and matches of the last two weeks.

The scores are the former product's, so that its pages go on showing what they showed; they are read by people and enter
no forecast. Only matches that we know count: those of cups that no source of ours tells of are missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.football.calendar import paris_day

LOOKBACK = timedelta(days=120)
"""A club whose last match lies further back is not known to us; no summer is that long."""
CONGESTION_WINDOW = timedelta(days=14)
FULL_REST_DAYS, MAX_CONGESTION_MATCHES = 7, 4
REST_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Rest:
    """A club before a match.

    Attributes:
        days: from the day of its last match to that of this one, in Paris.
        matches: how many it played in the two weeks before.
    """

    days: int
    matches: int

    @property
    def rest_score(self) -> float:
        """1 from a week without a match on, 0 on the day of one."""
        return min(1.0, self.days / FULL_REST_DAYS)

    @property
    def congestion_score(self) -> float:
        """1 without a match in two weeks, 0 from four on."""
        return 1 - min(1.0, self.matches / MAX_CONGESTION_MATCHES)

    @property
    def combined_score(self) -> float:
        """The one and the other, weighed."""
        return REST_SHARE * self.rest_score + (1 - REST_SHARE) * self.congestion_score


def rest(kick_off: datetime, before: Iterable[datetime]) -> Rest | None:
    """How rested a club enters a match, by the kick-offs of its matches within `LOOK_BACK`; None without any."""
    played = [instant for instant in before if kick_off - LOOKBACK <= instant < kick_off]
    if not played:
        return None
    days = (paris_day(kick_off) - paris_day(max(played))).days
    return Rest(days, sum(instant >= kick_off - CONGESTION_WINDOW for instant in played))
