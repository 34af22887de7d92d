"""Tell people's programs what happened. Cron: every quarter of an hour, UTC. Safe to run twice or late."""

import json
import logging
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from functions.send_webhooks.selection import PendingDelivery, collect_events, decide, entitled
from shared.accounts.webhooks import EVENT_TTL, next_attempt_at
from shared.clients.messaging.webhooks import WebhookMessage, WebhookOutcome, WebhookResult
from shared.runtime import clock, logs, wiring
from shared.runtime.jobs import Run, job
from shared.stores.database import Connection
from shared.stores.messaging import webhooks
from shared.stores.messaging.webhooks import Delivery

DELIVERY_RETENTION = timedelta(days=30)
"""How long it is known what was told: far longer than anything is worth telling."""
BATCH_SIZE = 20
"""Messages. What became of so many at the most is not known of a run that dies."""
ID_LENGTH = 32
"""Hexadecimal digits."""


def send(run: Run) -> None:
    """Send what is due: to each program in order, and no further where something was not taken.

    All have their turn before one has its second. What became of it is committed at once, so that a run that dies
    sends little twice and leaves nothing out; and who pauses or leaves meanwhile is told nothing more. Before it ends
    it looks again, for a run that is started meanwhile does nothing.
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
    """What each program is to be told as things stand."""
    since = run.now - EVENT_TTL
    events = collect_events(
        webhooks.committed_days(run.db, since),
        webhooks.settlements(run.db, since),
        webhooks.publications(run.db, since),
    )
    running = entitled(webhooks.active_webhooks(run.db, run.now))
    return decide(running, events, webhooks.deliveries(run.db, since), run.now)


def _message(due: PendingDelivery) -> WebhookMessage:
    event = due.event
    body = {
        "type": event.event_type,
        "timestamp": event.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": event.data,
    }
    event_id = sha256(event.key.encode()).hexdigest()[:ID_LENGTH]
    return WebhookMessage(f"evt_{event_id}", due.webhook.url, due.webhook.secret, json.dumps(body, ensure_ascii=False))


def _record_attempt(db: Connection, due: PendingDelivery, sent: WebhookResult, began: datetime) -> None:
    """Write down what became of a try. Pauses begin with the run, as the next run comes so long after this one."""
    webhook, now, attempts = due.webhook, clock.now(), due.attempts + 1
    retry_at = next_attempt_at(attempts, began) if sent.outcome is WebhookOutcome.FAILED else None
    is_delivered = sent.outcome is WebhookOutcome.DELIVERED
    delivery = Delivery(webhook.webhook_id, due.event.key, attempts, is_delivered, retry_at)
    webhooks.put_delivery(db, delivery, sent.response, now)
    if sent.retry_after:
        webhooks.defer(db, webhook, now + sent.retry_after)
    if is_delivered or retry_at is not None:
        return
    # One message that nobody takes is given up; all of them, or a word that there shall be no more, stop the rest.
    if webhooks.stop(db, webhook, now if sent.outcome is WebhookOutcome.GONE else now - EVENT_TTL, now):
        logs.write(logging.WARNING, "a webhook was stopped", webhook_id=str(webhook.webhook_id), response=sent.response)


handler = job("send_webhooks", send)
