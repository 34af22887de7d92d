"""Webhooks, their deliveries, and queries for events to deliver."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.plans import Plan
from shared.betting.settlement import BetResult
from shared.stores.betting.picks import REVERSED
from shared.stores.database import Connection, by_column, fetch_all


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook as shown to its owner, with the latest delivery attempt."""

    webhook_id: UUID
    url: str
    events: list[str]
    created_at: datetime
    test_requested_at: datetime
    stopped_at: datetime | None
    retry_after: datetime | None
    last_event: str | None
    last_attempted_at: datetime | None
    last_response: str | None
    last_is_delivered: bool | None


@dataclass(frozen=True, slots=True)
class ActiveWebhook:
    """An active webhook; `plan` is its owner's, a value of `Plan`."""

    webhook_id: UUID
    url: str
    events: list[str]
    secret: str = field(repr=False)
    created_at: datetime
    test_requested_at: datetime
    plan: Plan


@dataclass(frozen=True, slots=True)
class CommittedDay:
    """A day with committed picks, and their number."""

    day: date
    committed_at: datetime
    picks: int


@dataclass(frozen=True, slots=True)
class SettledPick:
    """A settlement of a pick; a correction is a separate entry."""

    day: date
    rank: int
    entry: int
    match_id: int
    result: BetResult
    score: str | None
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """The matches with predictions published at an instant."""

    published_at: datetime
    match_ids: list[int]


@dataclass(frozen=True, slots=True)
class Delivery:
    """State of a delivery; given up if not delivered and without a next attempt."""

    webhook_id: UUID
    event: str
    attempts: int
    is_delivered: bool
    next_attempt_at: datetime | None


ADD = """
    INSERT INTO webhooks (webhook_id, user_id, url, events, secret, created_at, test_requested_at)
    VALUES (%(webhook_id)s, %(user_id)s, %(url)s, %(events)s, %(secret)s, %(now)s, %(now)s)
"""


def add(
    db: Connection, user_id: UUID, webhook_id: UUID, url: str, events: Collection[str], secret: str, now: datetime
) -> None:
    """Add a webhook of a user with an account and request a test event."""
    params = {"webhook_id": webhook_id, "user_id": user_id, "url": url, "secret": secret, "now": now}
    db.execute(ADD, params | {"events": list(events)})


OF_PERSON = """
    SELECT w.webhook_id, w.url, w.events, w.created_at, w.test_requested_at, w.stopped_at, w.retry_after,
        d.event AS last_event, d.attempted_at AS last_attempted_at, d.response AS last_response,
        d.is_delivered AS last_is_delivered
    FROM webhooks w
    LEFT JOIN LATERAL (
        SELECT event, attempted_at, response, is_delivered
        FROM webhook_deliveries
        WHERE webhook_id = w.webhook_id
        ORDER BY attempted_at DESC, event
        LIMIT 1
    ) d ON true
    WHERE w.user_id = %(user_id)s
    ORDER BY w.created_at, w.webhook_id
"""


def of_person(db: Connection, user_id: UUID) -> list[WebhookRow]:
    """A user's webhooks, oldest first."""
    return fetch_all(db, WebhookRow, OF_PERSON, {"user_id": user_id})


REMOVE = "DELETE FROM webhooks WHERE webhook_id = %(webhook_id)s AND user_id = %(user_id)s"


def remove(db: Connection, user_id: UUID, webhook_id: UUID) -> bool:
    """Delete a webhook; False if the user has no such webhook."""
    return db.execute(REMOVE, {"webhook_id": webhook_id, "user_id": user_id}).rowcount > 0


REQUEST_TEST = """
    UPDATE webhooks SET
        test_requested_at = %(now)s,
        stopped_at = NULL,
        retry_after = NULL,
        looked_at = 'epoch',
        next_attempt_at = NULL
    WHERE webhook_id = %(webhook_id)s AND user_id = %(user_id)s
"""


def request_test(db: Connection, user_id: UUID, webhook_id: UUID, now: datetime) -> bool:
    """Request a test event and reactivate a stopped webhook; False if the user has no such webhook."""
    return db.execute(REQUEST_TEST, {"webhook_id": webhook_id, "user_id": user_id, "now": now}).rowcount > 0


# Those with retries come last, so that their time-outs delay no others.
TAKE_FRESH = """
    UPDATE webhooks SET taken_until = %(until)s
    WHERE webhook_id IN (
        SELECT webhook_id FROM webhooks
        WHERE stopped_at IS NULL AND next_attempt_at IS NULL AND looked_at < %(looked_before)s
            AND taken_until <= %(now)s
        ORDER BY looked_at, webhook_id
        LIMIT %(limit)s
        FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING webhook_id
"""
TAKE_RETRIES = """
    UPDATE webhooks SET taken_until = %(until)s
    WHERE webhook_id IN (
        SELECT webhook_id FROM webhooks
        WHERE stopped_at IS NULL AND next_attempt_at IS NOT NULL
            AND (next_attempt_at <= %(attempt_before)s OR looked_at < %(looked_before)s)
            AND coalesce(retry_after <= %(now)s, true) AND taken_until <= %(now)s
        ORDER BY next_attempt_at, webhook_id
        LIMIT %(limit)s
        FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING webhook_id
"""


def take(
    db: Connection, looked_before: datetime, attempt_before: datetime, now: datetime, until: datetime, limit: int
) -> list[UUID]:
    """Lease the next webhooks that are not stopped, deferred or leased.

    Args:
        db: the connection.
        looked_before: webhooks last looked at before this instant are due; 'epoch' where a test is requested.
        attempt_before: webhooks to be looked at by this instant are due.
        now: the current time.
        until: end of the lease.
        limit: how many at most.
    """
    params = {"looked_before": looked_before, "attempt_before": attempt_before, "now": now, "until": until}
    for statement in (TAKE_FRESH, TAKE_RETRIES):
        if taken := db.execute(statement, {**params, "limit": limit}).fetchall():
            return [webhook_id for (webhook_id,) in taken]
    return []


RELEASE = """
    UPDATE webhooks w SET
        taken_until = 'epoch',
        looked_at = coalesce(given.looked_at, w.looked_at),
        next_attempt_at = given.next_attempt_at
    FROM unnest(
        %(webhook_id)s::uuid[], %(test_requested_at)s::timestamptz[], %(looked_at)s::timestamptz[],
        %(next_attempt_at)s::timestamptz[]
    ) AS given (webhook_id, test_requested_at, looked_at, next_attempt_at)
    WHERE w.webhook_id = given.webhook_id AND w.test_requested_at = given.test_requested_at
"""
PUT_OFF = """
    UPDATE webhooks SET taken_until = 'epoch', looked_at = %(now)s, next_attempt_at = %(until)s
    WHERE webhook_id = ANY(%(webhook_ids)s) AND test_requested_at <= %(now)s
"""


def put_off(db: Connection, webhook_ids: Collection[UUID], now: datetime, until: datetime) -> None:
    """End leases and look at webhooks again at an instant, unless a test is requested after `now`."""
    db.execute(PUT_OFF, {"webhook_ids": list(webhook_ids), "now": now, "until": until})


END_LEASES = "UPDATE webhooks SET taken_until = 'epoch' WHERE webhook_id = ANY(%(webhook_ids)s)"


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a webhook: its last test request then, when it was, and when the next one is due without a new event.

    `looked_at` is None if not all that was due has been attempted.
    """

    webhook_id: UUID
    test_requested_at: datetime
    looked_at: datetime | None
    next_attempt_at: datetime | None


def release(db: Connection, webhook_ids: Collection[UUID], looks: Sequence[Look]) -> None:
    """End leases and record looks, except of webhooks for which a test has been requested meanwhile."""
    if looks:
        db.execute(RELEASE, by_column([asdict(look) for look in looks]))
    db.execute(END_LEASES, {"webhook_ids": list(webhook_ids)})


ACTIVE = """
    SELECT w.webhook_id, w.url, w.events, w.secret, w.created_at, w.test_requested_at, a.status AS plan
    FROM webhooks w
    JOIN accounts a ON a.user_id = w.user_id
    LEFT JOIN cool_offs c ON c.user_id = w.user_id
    WHERE w.webhook_id = ANY(%(webhook_ids)s)
        AND w.stopped_at IS NULL AND a.status <> 'deleted' AND coalesce(c.ends_at <= %(now)s, true)
        AND coalesce(w.retry_after <= %(now)s, true)
    ORDER BY w.webhook_id
"""


def active_webhooks(db: Connection, webhook_ids: Collection[UUID], now: datetime) -> list[ActiveWebhook]:
    """Those of some webhooks that are not stopped or deferred, of users who are not deleted or in a cool-off."""
    return fetch_all(db, ActiveWebhook, ACTIVE, {"webhook_ids": list(webhook_ids), "now": now})


COUNT_DUE = """
    SELECT count(*) FROM webhooks
    WHERE stopped_at IS NULL AND coalesce(retry_after <= %(now)s, true)
        AND (looked_at < %(looked_before)s OR next_attempt_at <= %(attempt_before)s)
"""


def count_due(db: Connection, looked_before: datetime, attempt_before: datetime, now: datetime) -> int:
    """Number of due webhooks, as in `take`, including leased ones."""
    params = {"looked_before": looked_before, "attempt_before": attempt_before, "now": now}
    (row,) = db.execute(COUNT_DUE, params).fetchall()
    return int(row[0])


COMMITTED_DAYS = """
    SELECT d.day, d.committed_at, count(p.rank) AS picks
    FROM pick_days d
    LEFT JOIN picks p ON p.day = d.day
    WHERE d.committed_at > %(since)s
    GROUP BY d.day
    ORDER BY d.day
"""


def committed_days(db: Connection, since: datetime) -> list[CommittedDay]:
    """Days committed after an instant."""
    return fetch_all(db, CommittedDay, COMMITTED_DAYS, {"since": since})


SETTLEMENTS = """
    SELECT e.day, e.rank, e.entry, p.match_id, e.result, e.score, e.settled_at
    FROM pick_settlements e
    JOIN picks p ON p.day = e.day AND p.rank = e.rank
    WHERE e.settled_at > %(since)s AND e.result <> %(reversed)s
    ORDER BY e.settled_at, e.day, e.rank, e.entry
"""


def settlements(db: Connection, since: datetime) -> list[SettledPick]:
    """Settlements of picks after an instant, without reversals."""
    return fetch_all(db, SettledPick, SETTLEMENTS, {"since": since, "reversed": REVERSED})


PUBLICATIONS = """
    SELECT published_at, array_agg(match_id ORDER BY match_id) AS match_ids
    FROM predictions
    WHERE published_at > %(since)s
    GROUP BY published_at
    ORDER BY published_at
"""


def publications(db: Connection, since: datetime) -> list[Publication]:
    """Publications after an instant."""
    return fetch_all(db, Publication, PUBLICATIONS, {"since": since})


DELIVERIES = """
    SELECT webhook_id, event, attempts, is_delivered, next_attempt_at
    FROM webhook_deliveries
    WHERE webhook_id = ANY(%(webhook_ids)s) AND attempted_at > %(since)s
"""


def deliveries(db: Connection, webhook_ids: Collection[UUID], since: datetime) -> list[Delivery]:
    """Deliveries of some webhooks attempted after an instant."""
    return fetch_all(db, Delivery, DELIVERIES, {"webhook_ids": list(webhook_ids), "since": since})


PUT_DELIVERY = """
    INSERT INTO webhook_deliveries (
        webhook_id, event, user_id, attempts, attempted_at, response, is_delivered, next_attempt_at
    )
    SELECT webhook_id, %(event)s, user_id, %(attempts)s, %(attempted_at)s, %(response)s, %(is_delivered)s,
        %(next_attempt_at)s
    FROM webhooks
    WHERE webhook_id = %(webhook_id)s
    FOR KEY SHARE
    ON CONFLICT (webhook_id, event) DO UPDATE SET
        attempts = excluded.attempts,
        attempted_at = excluded.attempted_at,
        response = excluded.response,
        is_delivered = excluded.is_delivered,
        next_attempt_at = excluded.next_attempt_at
"""


def put_delivery(db: Connection, delivery: Delivery, response: str, now: datetime) -> None:
    """Record a delivery attempt; no effect if the webhook has been deleted."""
    db.execute(PUT_DELIVERY, asdict(delivery) | {"response": response, "attempted_at": now})


STOP = """
    UPDATE webhooks w SET stopped_at = %(now)s
    WHERE w.webhook_id = %(webhook_id)s AND w.test_requested_at = %(test_requested_at)s
        AND NOT EXISTS (
            SELECT FROM webhook_deliveries d
            WHERE d.webhook_id = w.webhook_id AND d.is_delivered AND d.attempted_at > %(since)s
        )
"""


def stop(db: Connection, webhook: ActiveWebhook, since: datetime, now: datetime) -> bool:
    """Stop a webhook; False if a test has been requested meanwhile or a delivery succeeded after an instant."""
    params = {
        "webhook_id": webhook.webhook_id,
        "test_requested_at": webhook.test_requested_at,
        "since": since,
        "now": now,
    }
    return db.execute(STOP, params).rowcount > 0


DEFER = """
    UPDATE webhooks SET retry_after = %(until)s
    WHERE webhook_id = %(webhook_id)s AND test_requested_at = %(test_requested_at)s
"""


def defer(db: Connection, webhook: ActiveWebhook, until: datetime) -> None:
    """Send nothing to a webhook before an instant (Retry-After), unless a test has been requested meanwhile."""
    db.execute(
        DEFER, {"webhook_id": webhook.webhook_id, "test_requested_at": webhook.test_requested_at, "until": until}
    )


REMOVE_OLD = """
    DELETE FROM webhook_deliveries d
    USING (
        SELECT webhook_id, event FROM webhook_deliveries
        WHERE attempted_at < %(before)s
        ORDER BY attempted_at
        LIMIT %(limit)s
    ) old
    WHERE d.webhook_id = old.webhook_id AND d.event = old.event
"""


def remove_old(db: Connection, before: datetime, limit: int) -> int:
    """Delete some of the deliveries last attempted before an instant; returns how many."""
    return db.execute(REMOVE_OLD, {"before": before, "limit": limit}).rowcount


EXPORT: dict[str, LiteralString] = {
    "webhooks": """
        SELECT webhook_id, url, events, created_at, test_requested_at, stopped_at, retry_after
        FROM webhooks
        WHERE user_id = %(user_id)s
        ORDER BY created_at, webhook_id
    """,
    "webhook_deliveries": """
        SELECT webhook_id, event, attempts, attempted_at, response, is_delivered, next_attempt_at
        FROM webhook_deliveries
        WHERE user_id = %(user_id)s
        ORDER BY attempted_at, webhook_id, event
    """,
}
ERASE: tuple[LiteralString, ...] = ("DELETE FROM webhooks WHERE user_id = %(user_id)s",)
