"""Deliver webhook events. Cron: every quarter of an hour, UTC. Safe to run twice or late."""

import json
import logging
from collections import Counter, deque
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from functions.send_webhooks.next_due import next_due
from functions.send_webhooks.selection import PendingDelivery, collect_events, decide, entitled
from shared.accounts.webhooks import EVENT_TTL, next_attempt_at
from shared.clients.messaging.webhooks import WebhookMessage, WebhookOutcome, WebhookResult
from shared.runtime import clock, logs, wiring
from shared.runtime.jobs import Run, job
from shared.stores.database import Connection
from shared.stores.messaging import webhooks
from shared.stores.messaging.webhooks import Delivery

DELIVERY_RETENTION = timedelta(days=30)
"""Retention of deliveries, which prevent duplicates: far longer than any event stays relevant."""
BATCH_SIZE = 20
"""Messages. The outcome of at most this many is unknown after a crash."""
ID_LENGTH = 32
"""Hexadecimal digits."""


def send(run: Run) -> None:
    """Send due events to each webhook in order, stopping at its first failure.

    Webhooks take turns. Each outcome is committed at once, so that a crash repeats few events and loses none, and users
    who pause or delete their account meanwhile get no more. Before it ends it selects again, because a run started
    meanwhile does nothing.
    """
    queue, failing = deque(_pending(run)), set[UUID]()
    counts: Counter[str] = Counter(due=sum(map(len, queue)))
    with wiring.second_connection() as db:
        webhooks.remove_old(db, run.now - DELIVERY_RETENTION)
        while queue and clock.now() < run.deadline:
            active = {webhook.webhook_id for webhook in entitled(webhooks.active_webhooks(db, clock.now()))}
            batch = [queue.popleft() for _ in range(min(BATCH_SIZE, len(queue)))]
            batch = [due for due in batch if due[0].webhook.webhook_id in active]
            for due, sent in zip(batch, wiring.webhooks().send([_message(due[0]) for due in batch]), strict=True):
                counts[sent.outcome] += 1
                _record_attempt(db, due[0], sent, run.now)
                if sent.outcome is not WebhookOutcome.DELIVERED:
                    failing.add(due[0].webhook.webhook_id)
                elif due[1:]:
                    queue.append(due[1:])
            if not queue:
                queue.extend(due for due in _pending(run) if due[0].webhook.webhook_id not in failing)
                counts["due"] += sum(map(len, queue))
    run.report(**counts, left=sum(map(len, queue)))


def _pending(run: Run) -> list[list[PendingDelivery]]:
    """The events currently due, by webhook."""
    since = run.now - EVENT_TTL
    events = collect_events(
        webhooks.committed_days(run.db, since),
        webhooks.settlements(run.db, since),
        webhooks.publications(run.db, since),
    )
    running = entitled(webhooks.active_webhooks(run.db, run.now))
    return decide(running, events, webhooks.deliveries(run.db, since), run.now)


def _message(delivery: PendingDelivery) -> WebhookMessage:
    event = delivery.event
    body = {
        "type": event.event_type,
        "timestamp": event.occurred_at.isoformat().replace("+00:00", "Z"),
        "data": event.data,
    }
    event_id = sha256(event.key.encode()).hexdigest()[:ID_LENGTH]
    return WebhookMessage(
        f"evt_{event_id}", delivery.webhook.url, delivery.webhook.secret, json.dumps(body, ensure_ascii=False)
    )


def _record_attempt(db: Connection, pending: PendingDelivery, sent: WebhookResult, began: datetime) -> None:
    """Record the outcome of an attempt. Retry delays count from the start of the run, like the schedule."""
    webhook, now, attempts = pending.webhook, clock.now(), pending.attempts + 1
    retry_at = next_attempt_at(attempts, began) if sent.outcome is WebhookOutcome.FAILED else None
    is_delivered = sent.outcome is WebhookOutcome.DELIVERED
    delivery = Delivery(webhook.webhook_id, pending.event.key, attempts, is_delivered, retry_at)
    webhooks.put_delivery(db, delivery, sent.response, now)
    if sent.retry_after:
        webhooks.defer(db, webhook, now + sent.retry_after)
    if is_delivered or retry_at is not None:
        return
    # A single undeliverable message is given up; if all fail, or the receiver answers 410, the webhook is stopped.
    if webhooks.stop(db, webhook, now if sent.outcome is WebhookOutcome.GONE else now - EVENT_TTL, now):
        logs.write(logging.WARNING, "a webhook was stopped", webhook_id=str(webhook.webhook_id), response=sent.response)


handler = job("send_webhooks", send, next_due=next_due)
