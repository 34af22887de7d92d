"""Push subscriptions of browsers and their settings."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.plans import Plan
from shared.stores.database import Connection, fetch_all
from shared.stores.people.preferences import PreferencesRow

MAX_REFUSALS = 3
"""Consecutive runs with a refusal, after which a subscription is retired."""
MAX_PER_USER = 10
"""Subscriptions per user; a further one replaces the oldest."""


@dataclass(frozen=True, slots=True)
class PushSubscriptionRow:
    """A subscription as shown to its user: topics, quiet hours and when it was retired."""

    subscription_id: int
    endpoint: str
    daily_picks: bool
    match_start: bool
    result_updates: bool
    quiet_from: int
    quiet_until: int
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Device:
    """An active subscription."""

    subscription_id: int
    user_id: UUID
    endpoint: str
    p256dh: str
    auth: str
    # daily_picks, match_start, result_updates: topics enabled both here and in the user's preferences.
    daily_picks: bool
    match_start: bool
    result_updates: bool
    # quiet_from, quiet_until: quiet hours in `timezone`; equal for none.
    quiet_from: int
    quiet_until: int
    created_at: datetime
    language: str
    timezone: str
    plan: Plan
    has_failed: bool = False  # whether the last message failed


LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('push ' || %(user_id)s, 0))"
REMOVE_OTHER_USERS = """
    DELETE FROM push_subscriptions
    WHERE endpoint = %(endpoint)s AND user_id <> %(user_id)s AND p256dh = %(p256dh)s AND auth = %(auth)s
"""
PUT = """
    INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth, expires_at, created_at, updated_at)
    VALUES (%(user_id)s, %(endpoint)s, %(p256dh)s, %(auth)s, %(expires_at)s, %(now)s, %(now)s)
    ON CONFLICT (endpoint) DO UPDATE SET
        p256dh = excluded.p256dh,
        auth = excluded.auth,
        expires_at = excluded.expires_at,
        updated_at = excluded.updated_at,
        failures = 0,
        refusals = 0,
        retired_at = NULL
    WHERE push_subscriptions.user_id = excluded.user_id
    RETURNING subscription_id, xmax = 0
"""
TRIM = """
    DELETE FROM push_subscriptions
    WHERE subscription_id IN (
        SELECT subscription_id
        FROM push_subscriptions
        WHERE user_id = %(user_id)s
        ORDER BY subscription_id DESC
        OFFSET %(most)s
    )
"""


def put(
    db: Connection,
    user_id: UUID,
    endpoint: str,
    p256dh: str,
    auth: str,
    expires_at: datetime | None,
    now: datetime,
) -> tuple[int, bool] | None:
    """Subscribe a browser, or update its keys.

    A browser in which another user signs in is transferred to them; the same keys prove that it is the same browser.

    Returns:
        The id and whether it is new; None without effect if the endpoint is another user's and the keys differ.
    """
    params = {"user_id": user_id, "endpoint": endpoint, "p256dh": p256dh, "auth": auth}
    with db.transaction():
        db.execute(LOCK, {"user_id": str(user_id)})
        db.execute(REMOVE_OTHER_USERS, params)
        row = db.execute(PUT, {**params, "expires_at": expires_at, "now": now}).fetchone()
        db.execute(TRIM, {"user_id": user_id, "most": MAX_PER_USER})
    return row


OF_PERSON = """
    SELECT subscription_id, endpoint, daily_picks, match_start, result_updates, quiet_from, quiet_until, retired_at
    FROM push_subscriptions
    WHERE user_id = %(user_id)s
    ORDER BY subscription_id
"""


def of_person(db: Connection, user_id: UUID) -> list[PushSubscriptionRow]:
    """A user's subscriptions, oldest first."""
    return fetch_all(db, PushSubscriptionRow, OF_PERSON, {"user_id": user_id})


CHANGE = """
    UPDATE push_subscriptions SET
        daily_picks = %(daily_picks)s,
        match_start = %(match_start)s,
        result_updates = %(result_updates)s,
        quiet_from = %(quiet_from)s,
        quiet_until = %(quiet_until)s,
        updated_at = %(now)s
    WHERE user_id = %(user_id)s AND endpoint = %(endpoint)s
"""


def change(db: Connection, user_id: UUID, endpoint: str, settings: Mapping[str, object], now: datetime) -> bool:
    """Update topics and quiet hours; False if the user has no such subscription."""
    return db.execute(CHANGE, {**settings, "user_id": user_id, "endpoint": endpoint, "now": now}).rowcount > 0


REMOVE = "DELETE FROM push_subscriptions WHERE subscription_id = %(subscription_id)s"


def remove(db: Connection, subscription_id: int) -> None:
    """Delete a subscription, if it exists."""
    db.execute(REMOVE, {"subscription_id": subscription_id})


REMOVE_ALL = "DELETE FROM push_subscriptions WHERE subscription_id = ANY(%(subscription_ids)s)"


def remove_all(db: Connection, subscription_ids: Collection[int]) -> None:
    """Delete subscriptions."""
    db.execute(REMOVE_ALL, {"subscription_ids": list(subscription_ids)})


def remove_endpoint(db: Connection, endpoint: str) -> None:
    """Delete the subscription of any user with an endpoint, if it exists."""
    db.execute("DELETE FROM push_subscriptions WHERE endpoint = %(endpoint)s", {"endpoint": endpoint})


DEFER = """
    UPDATE push_subscriptions SET retry_after = given.until
    FROM unnest(%(subscription_ids)s::bigint[], %(until)s::timestamptz[]) AS given (subscription_id, until)
    WHERE push_subscriptions.subscription_id = given.subscription_id
"""


def defer(db: Connection, until: Mapping[int, datetime]) -> None:
    """Send nothing to subscriptions before an instant (Retry-After)."""
    db.execute(DEFER, {"subscription_ids": list(until), "until": list(until.values())})


COUNT_FAILURES = """
    UPDATE push_subscriptions SET failures = failures + 1 WHERE subscription_id = ANY(%(subscription_ids)s)
"""


def count_failures(db: Connection, subscription_ids: Collection[int]) -> None:
    """Count a failed message of each subscription; those with failures are served last."""
    db.execute(COUNT_FAILURES, {"subscription_ids": list(subscription_ids)})


RESET_FAILURES = """
    UPDATE push_subscriptions SET failures = 0, refusals = 0 WHERE subscription_id = ANY(%(subscription_ids)s)
"""


def reset_failures(db: Connection, subscription_ids: Collection[int]) -> None:
    """Reset the counters after a successful message."""
    db.execute(RESET_FAILURES, {"subscription_ids": list(subscription_ids)})


COUNT_REFUSAL = """
    UPDATE push_subscriptions SET
        refusals = refusals + 1,
        retired_at = CASE WHEN refusals + 1 >= %(most)s THEN %(now)s::timestamptz END
    WHERE subscription_id = %(subscription_id)s
    RETURNING retired_at IS NOT NULL
"""


def count_refusal(db: Connection, subscription_id: int, now: datetime) -> bool:
    """Count a refusal by a push service that accepted other messages; returns whether the subscription is retired."""
    params = {"subscription_id": subscription_id, "most": MAX_REFUSALS, "now": now}
    row = db.execute(COUNT_REFUSAL, params).fetchone()
    return row is not None and row[0]


# Users without an account row count as free, as there is no token here. Cool-offs are looked up one by one: joined,
# they may be read whole.
REACHABLE = """
    SELECT s.subscription_id, s.user_id, s.endpoint, s.p256dh, s.auth,
        s.daily_picks AND coalesce(p.push_daily_picks, %(push_daily_picks)s) AS daily_picks,
        s.match_start AND coalesce(p.push_match_start, %(push_match_start)s) AS match_start,
        s.result_updates AND coalesce(p.push_bet_results, %(push_bet_results)s) AS result_updates,
        s.quiet_from, s.quiet_until, s.created_at,
        coalesce(p.language, %(language)s) AS language,
        coalesce(p.timezone, %(timezone)s) AS timezone,
        coalesce(a.status, 'free') AS plan,
        s.failures > 0 AS has_failed
    FROM push_subscriptions s
    LEFT JOIN preferences p ON p.user_id = s.user_id
    LEFT JOIN accounts a ON a.user_id = s.user_id
    WHERE s.subscription_id >= %(first_id)s AND s.subscription_id < %(end_id)s
        AND coalesce(s.expires_at > %(now)s, true)
        AND coalesce(s.retry_after <= %(now)s, true)
        AND s.retired_at IS NULL
        AND coalesce((SELECT c.ends_at <= %(now)s FROM cool_offs c WHERE c.user_id = s.user_id), true)
        AND coalesce(a.status, 'free') <> 'deleted'
    ORDER BY s.failures, s.subscription_id
"""


def reachable(db: Connection, ids: range, now: datetime) -> list[Device]:
    """Active subscriptions in a range of ids, failing ones last; without deferred ones and users in a cool-off."""
    defaults = asdict(PreferencesRow())
    params = {**defaults, "first_id": ids.start, "end_id": ids.stop, "now": now}
    return fetch_all(db, Device, REACHABLE, params)


COUNT_REACHABLE = """
    SELECT count(*)
    FROM push_subscriptions s
    LEFT JOIN preferences p ON p.user_id = s.user_id
    LEFT JOIN accounts a ON a.user_id = s.user_id
    LEFT JOIN cool_offs c ON c.user_id = s.user_id
    WHERE coalesce(s.expires_at > %(now)s, true)
        AND coalesce(s.retry_after <= %(now)s, true)
        AND s.retired_at IS NULL
        AND coalesce(c.ends_at <= %(now)s, true)
        AND coalesce(a.status, 'free') <> 'deleted'
        AND CASE %(topic)s::text
            WHEN 'daily_picks' THEN s.daily_picks AND coalesce(p.push_daily_picks, %(push_daily_picks)s)
            WHEN 'match_start' THEN s.match_start AND coalesce(p.push_match_start, %(push_match_start)s)
            WHEN 'result_updates' THEN s.result_updates AND coalesce(p.push_bet_results, %(push_bet_results)s)
            ELSE true
        END
"""


def count_reachable(db: Connection, topic: str | None, now: datetime) -> int:
    """Number of all subscriptions that `reachable` finds, with a topic enabled if one is given."""
    row = db.execute(COUNT_REACHABLE, {**asdict(PreferencesRow()), "topic": topic, "now": now}).fetchone()
    assert row is not None  # noqa: S101  # an aggregate
    return int(row[0])


EXPORT: dict[str, LiteralString] = {
    "push_subscriptions": """
        SELECT subscription_id, endpoint, daily_picks, match_start, result_updates, quiet_from, quiet_until, expires_at,
            retry_after, failures, refusals, retired_at, created_at, updated_at
        FROM push_subscriptions
        WHERE user_id = %(user_id)s
        ORDER BY subscription_id
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM push_subscriptions WHERE user_id = %(user_id)s",)
