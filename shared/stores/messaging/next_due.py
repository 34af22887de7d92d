"""When push notifications and webhook events are due next, if no table changes before.

Each statement reads so much at most, however many people there are; where it reads no further, the answer is the
earliest that is possible.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from shared.stores.database import Connection, fetch_value
from shared.stores.messaging.push_deliveries import MAX_ATTEMPTS
from shared.stores.people.preferences import PreferencesRow

SAMPLE_SIZE = 100
"""Followers of a match, or failed deliveries, that are looked at; of more, one is taken as reachable."""

NEXT_KICK_OFF = """
    SELECT m.kick_off
    FROM matches m
    CROSS JOIN LATERAL (
        SELECT count(*) AS number, bool_or(EXISTS (SELECT FROM push_subscriptions s WHERE s.user_id = f.user_id)) AS any
        FROM (
            SELECT user_id FROM favourites WHERE match_id = m.match_id AND notify_before_match LIMIT %(sample_size)s
        ) f
    ) followers
    WHERE m.kick_off > %(after)s AND m.kick_off <= %(until)s AND m.status = 'scheduled' AND m.hour <> 'unknown'
        AND (followers.any OR followers.number = %(sample_size)s)
    ORDER BY m.kick_off
    LIMIT 1
"""


def next_kick_off(db: Connection, after: datetime, until: datetime) -> datetime | None:
    """The first kick-off in a time range that a user with a push subscription is reminded of."""
    return fetch_value(db, NEXT_KICK_OFF, {"after": after, "until": until, "sample_size": SAMPLE_SIZE})


# Distinct values by an index, here and below: each step looks for the next greater one.
QUIET_UNTIL = """
    WITH RECURSIVE hours AS (
        (
            SELECT quiet_until FROM push_subscriptions
            WHERE retired_at IS NULL AND quiet_from <> quiet_until
            ORDER BY quiet_until
            LIMIT 1
        )
        UNION ALL
        SELECT next.quiet_until
        FROM hours
        CROSS JOIN LATERAL (
            SELECT quiet_until FROM push_subscriptions s
            WHERE s.quiet_until > hours.quiet_until AND s.retired_at IS NULL AND s.quiet_from <> s.quiet_until
            ORDER BY s.quiet_until
            LIMIT 1
        ) next
    )
    SELECT quiet_until FROM hours
"""


def quiet_until(db: Connection) -> list[int]:
    """The hours at which quiet hours of active subscriptions end."""
    return [hour for (hour,) in db.execute(QUIET_UNTIL)]


TIMEZONES = """
    WITH RECURSIVE zones AS (
        (SELECT timezone FROM preferences ORDER BY timezone LIMIT 1)
        UNION ALL
        SELECT next.timezone
        FROM zones
        CROSS JOIN LATERAL (
            SELECT timezone FROM preferences WHERE timezone > zones.timezone ORDER BY timezone LIMIT 1
        ) next
    )
    SELECT timezone FROM zones
"""


def timezones(db: Connection) -> set[str]:
    """The time zones of all users, with that of users without preferences."""
    return {asdict(PreferencesRow())["timezone"], *(zone for (zone,) in db.execute(TIMEZONES))}


NEXT_REACHABLE = """
    SELECT least(
        (SELECT min(retry_after) FROM push_subscriptions WHERE retry_after > %(now)s AND retired_at IS NULL),
        (
            SELECT min(c.ends_at)
            FROM cool_offs c
            WHERE c.ends_at > %(now)s AND c.ends_at <= %(until)s
                AND EXISTS (SELECT FROM push_subscriptions s WHERE s.user_id = c.user_id)
        ),
        (
            SELECT CASE
                WHEN count(*) = %(sample_size)s OR bool_or(EXISTS (
                    SELECT FROM push_subscriptions s
                    WHERE s.subscription_id = d.subscription_id AND s.retired_at IS NULL
                        AND coalesce(s.retry_after <= %(now)s, true)
                )) THEN %(now)s::timestamptz
            END
            FROM (
                SELECT subscription_id FROM push_deliveries
                WHERE state = 'failed' AND attempts < %(max_attempts)s AND claimed_at > %(failed_since)s
                LIMIT %(sample_size)s
            ) d
        )
    )
"""


def next_reachable(db: Connection, now: datetime, until: datetime, retry_for: timedelta) -> datetime | None:
    """When a deferred subscription, or a user in a cool-off that ends before `until`, can be reached again.

    It is now if a delivery failed within `retry_for`, as the next run tries it again.
    """
    params = {
        "now": now,
        "until": until,
        "failed_since": now - retry_for,
        "max_attempts": MAX_ATTEMPTS,
        "sample_size": SAMPLE_SIZE,
    }
    return fetch_value(db, NEXT_REACHABLE, params)


NEXT_ATTEMPT = """
    SELECT least(
        (SELECT min(retry_after) FROM webhooks WHERE retry_after > %(now)s AND stopped_at IS NULL),
        (
            SELECT min(c.ends_at)
            FROM cool_offs c
            WHERE c.ends_at > %(now)s AND c.ends_at <= %(until)s
                AND EXISTS (SELECT FROM webhooks w WHERE w.user_id = c.user_id)
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


def next_attempt(
    db: Connection, now: datetime, until: datetime, retry_for: timedelta, event_ttl: timedelta
) -> datetime | None:
    """When an event is sent again, or a deferred webhook, or a user in a cool-off, can be reached.

    Cool-offs that end after `until` are ignored. It is now if an attempt failed within `retry_for`: further events of
    that webhook wait for the next run.
    """
    params = {"now": now, "until": until, "failed_since": now - retry_for, "since": now - event_ttl}
    return fetch_value(db, NEXT_ATTEMPT, params)
