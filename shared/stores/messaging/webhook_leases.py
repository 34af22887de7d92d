"""Work list of the delivery of webhooks: which are due, and leases of those that a run works on."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from shared.stores.database import Connection, by_column

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
