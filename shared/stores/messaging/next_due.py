"""When push notifications and webhook events are due next, if no table changes before."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from shared.stores.database import Connection, fetch_all
from shared.stores.messaging.push_deliveries import MAX_ATTEMPTS
from shared.stores.people.preferences import PreferencesRow


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Quiet hours of browsers in a time zone."""

    quiet_from: int
    quiet_until: int
    timezone: str


NEXT_KICK_OFF = """
    SELECT min(m.kick_off)
    FROM favourites f
    JOIN matches m ON m.match_id = f.match_id
    WHERE f.notify_before_match AND m.status = 'scheduled' AND m.hour <> 'unknown' AND m.kick_off > %(after)s
        AND EXISTS (SELECT FROM push_subscriptions s WHERE s.user_id = f.user_id)
"""


def next_kick_off(db: Connection, after: datetime) -> datetime | None:
    """The first kick-off after an instant that a user with a push subscription is reminded of."""
    return _instant(db, NEXT_KICK_OFF, {"after": after})


QUIET_HOURS = """
    SELECT DISTINCT s.quiet_from, s.quiet_until, coalesce(p.timezone, %(timezone)s) AS timezone
    FROM push_subscriptions s
    LEFT JOIN preferences p ON p.user_id = s.user_id
    WHERE s.retired_at IS NULL AND s.quiet_from <> s.quiet_until
"""


def quiet_hours(db: Connection) -> list[QuietHours]:
    """The different quiet hours of all active subscriptions."""
    return fetch_all(db, QuietHours, QUIET_HOURS, {"timezone": asdict(PreferencesRow())["timezone"]})


NEXT_REACHABLE = """
    SELECT least(
        (SELECT min(retry_after) FROM push_subscriptions WHERE retry_after > %(now)s AND retired_at IS NULL),
        (
            SELECT min(c.ends_at)
            FROM cool_offs c
            WHERE c.ends_at > %(now)s AND EXISTS (SELECT FROM push_subscriptions s WHERE s.user_id = c.user_id)
        ),
        (
            SELECT %(now)s::timestamptz
            FROM push_deliveries d
            JOIN push_subscriptions s ON s.subscription_id = d.subscription_id
            WHERE d.state = 'failed' AND d.attempts < %(max_attempts)s AND d.claimed_at > %(failed_since)s
                AND s.retired_at IS NULL AND coalesce(s.retry_after <= %(now)s, true)
            LIMIT 1
        )
    )
"""


def next_reachable(db: Connection, now: datetime, retry_for: timedelta) -> datetime | None:
    """When a deferred subscription, or a user in a cool-off, can be reached again.

    It is now if a delivery failed within `retry_for`, as the next run tries it again.
    """
    params = {"now": now, "failed_since": now - retry_for, "max_attempts": MAX_ATTEMPTS}
    return _instant(db, NEXT_REACHABLE, params)


NEXT_ATTEMPT = """
    SELECT least(
        (SELECT min(retry_after) FROM webhooks WHERE retry_after > %(now)s AND stopped_at IS NULL),
        (
            SELECT min(c.ends_at)
            FROM cool_offs c
            WHERE c.ends_at > %(now)s AND EXISTS (SELECT FROM webhooks w WHERE w.user_id = c.user_id)
        ),
        (
            SELECT min(CASE WHEN d.attempted_at > %(failed_since)s THEN %(now)s ELSE d.next_attempt_at END)
            FROM webhook_deliveries d
            JOIN webhooks w ON w.webhook_id = d.webhook_id
            WHERE d.attempted_at > %(since)s AND NOT d.is_delivered AND w.stopped_at IS NULL
                AND (d.attempted_at > %(failed_since)s OR d.next_attempt_at > %(now)s)
        )
    )
"""


def next_attempt(db: Connection, now: datetime, retry_for: timedelta, event_ttl: timedelta) -> datetime | None:
    """When an event is sent again, or a deferred webhook or a user in a cool-off can be reached again.

    It is now if an attempt failed within `retry_for`: further events of that webhook wait for the next run.
    """
    return _instant(db, NEXT_ATTEMPT, {"now": now, "failed_since": now - retry_for, "since": now - event_ttl})


def _instant(db: Connection, query: LiteralString, params: dict[str, datetime | int]) -> datetime | None:
    row = db.execute(query, params).fetchone()
    return row[0] if row else None
