"""Webhooks and their deliveries."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.plans import Plan
from shared.stores.database import Connection, fetch_all


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
