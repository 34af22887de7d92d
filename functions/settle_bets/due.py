"""When to look at a bet next. Pure."""

from datetime import datetime, timedelta

from shared.betting.settlement import MAX_POSTPONEMENT
from shared.stores.betting.bets import BetRow
from shared.stores.football.matches import MatchRow

LOOK_BACK = timedelta(days=30)
"""After the kick-off, results are corrected and closing-line values awaited for this long."""
MIN_INTERVAL = timedelta(hours=6)
"""Less than between two runs."""
INTERVAL_SHARE = 4
"""Closing prices come within days or never: the interval between two looks is a quarter of the time since kick-off."""


def next_look(row: BetRow, match: MatchRow, now: datetime, *, is_open: bool, is_closed: bool) -> datetime | None:
    """When to look at a bet after a look at `now`.

    Returns:
        None if only a change of its match can alter it: it is settled or overdue, and has a closing-line value or will
        get none.
    """
    looks: list[datetime] = []
    if is_open and now <= row.kick_off + MAX_POSTPONEMENT:
        looks.append(row.kick_off + MAX_POSTPONEMENT + timedelta.resolution)
    given_up_at = row.kick_off + LOOK_BACK
    if not is_closed and now < match.kick_off:
        looks.append(match.kick_off)
    elif not is_closed and now < given_up_at:
        looks.append(min(now + max(MIN_INTERVAL, (now - match.kick_off) / INTERVAL_SHARE), given_up_at))
    return min(looks, default=None)
