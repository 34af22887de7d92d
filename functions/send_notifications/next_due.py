"""When a notification is due next, if no table changes before."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from functions.send_notifications.selection import MAX_LEAD
from shared.runtime.schedule import MAX_IDLE
from shared.stores.database import Connection
from shared.stores.messaging import next_due as store

RETRY_FOR = timedelta(hours=1)
"""How long after a failed delivery every run looks: three attempts take half an hour."""


def next_due(db: Connection, now: datetime) -> datetime:
    """The earliest instant at which a later run may send something: never late, perhaps early."""
    latest = now + MAX_IDLE
    kick_off = store.next_kick_off(db, now + MAX_LEAD, latest + MAX_LEAD)
    hours = store.quiet_until(db)
    instants = (
        latest,
        kick_off and kick_off - MAX_LEAD,
        store.next_reachable(db, now, latest, RETRY_FOR),
        *(end_of_quiet_hours(hour, zone, now) for zone in (store.timezones(db) if hours else ()) for hour in hours),
    )
    return min(instant for instant in instants if instant is not None)


def end_of_quiet_hours(hour: int, timezone: str, now: datetime) -> datetime:
    """The next instant at which quiet hours end that last until an hour in a time zone, whether or not they have begun.

    >>> end_of_quiet_hours(8, "Europe/Paris", datetime(2026, 11, 22, 21, 30, tzinfo=UTC)).isoformat()
    '2026-11-23T07:00:00+00:00'
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    ends = (datetime.combine(today + timedelta(days=days), time(hour), zone).astimezone(UTC) for days in (0, 1))
    return min(end for end in ends if end > now)
