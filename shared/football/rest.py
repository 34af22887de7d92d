"""Rest days and fixture congestion of a club.

The scores are those of the former product and only displayed, not used in predictions. Matches in competitions that no
source covers are missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.football.calendar import paris_day

LOOKBACK = timedelta(days=120)
"""Longer than any summer break."""
CONGESTION_WINDOW = timedelta(days=14)
FULL_REST_DAYS, MAX_CONGESTION_MATCHES = 7, 4
REST_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Rest:
    """Rest of a club before a match."""

    days: int  # days since its last match, in Paris
    matches: int  # matches in the two weeks before

    @property
    def rest_score(self) -> float:
        """From 0 on the day of the last match to 1 after a week."""
        return min(1.0, self.days / FULL_REST_DAYS)

    @property
    def congestion_score(self) -> float:
        """From 1 without a match in two weeks to 0 with four or more."""
        return 1 - min(1.0, self.matches / MAX_CONGESTION_MATCHES)

    @property
    def combined_score(self) -> float:
        """Weighted mean of the two scores."""
        return REST_SHARE * self.rest_score + (1 - REST_SHARE) * self.congestion_score


def rest(kick_off: datetime, before: Iterable[datetime]) -> Rest | None:
    """Rest before a match, from the kick-offs of earlier matches within `LOOKBACK`; None without any."""
    played = [instant for instant in before if kick_off - LOOKBACK <= instant < kick_off]
    if not played:
        return None
    days = (paris_day(kick_off) - paris_day(max(played))).days
    return Rest(days, sum(instant >= kick_off - CONGESTION_WINDOW for instant in played))
