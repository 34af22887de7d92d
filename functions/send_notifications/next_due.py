"""When a notification is due next, if no table changes before."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from functions.send_notifications.selection import MAX_LEAD
from shared.runtime.schedule import MAX_IDLE
from shared.stores.database import Connection
from shared.stores.messaging import next_due as store
from shared.stores.messaging.next_due import QuietHours

RETRY_FOR = timedelta(hours=1)
"""How long after a failed delivery every run looks: three attempts take half an hour."""


def next_due(db: Connection, now: datetime) -> datetime:
    """The earliest instant at which a later run may send something: never late, perhaps early."""
    kick_off = store.next_kick_off(db, now + MAX_LEAD)
    instants = (
        now + MAX_IDLE,
        kick_off and kick_off - MAX_LEAD,
        store.next_reachable(db, now, RETRY_FOR),
        *(end_of_quiet_hours(each, now) for each in store.quiet_hours(db)),
    )
    return min(instant for instant in instants if instant is not None)


def end_of_quiet_hours(hours: QuietHours, now: datetime) -> datetime:
    """The next instant at which quiet hours end, whether or not they have begun.

    >>> end_of_quiet_hours(QuietHours(22, 8, "Europe/Paris"), datetime(2026, 11, 22, 21, 30, tzinfo=UTC)).isoformat()
    '2026-11-23T07:00:00+00:00'
    """
    zone = ZoneInfo(hours.timezone)
    today = now.astimezone(zone).date()
    ends = (
        datetime.combine(today + timedelta(days=days), time(hours.quiet_until), zone).astimezone(UTC) for days in (0, 1)
    )
    return min(end for end in ends if end > now)
