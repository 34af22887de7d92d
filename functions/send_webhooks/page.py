"""Sends the due events of a page of webhooks, in rounds of one event for each webhook."""

import json
import logging
from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from functions.send_webhooks.selection import PendingDelivery, WebhookEvent, decide, entitled, next_look, waiting
from shared.accounts.webhooks import EVENT_TTL, next_attempt_at
from shared.clients.messaging.webhooks import WebhookMessage, WebhookOutcome, WebhookResult
from shared.runtime import clock, logs, wiring
from shared.runtime.paged_jobs import PagedRun
from shared.stores.messaging import webhook_leases, webhooks
from shared.stores.messaging.webhook_leases import Look
from shared.stores.messaging.webhooks import ActiveWebhook, Delivery

MAX_PAGE_TIME = timedelta(seconds=30)
"""After this time webhooks with more events go to the end of the queue, so that slow receivers delay others little."""
RECHECK_INTERVAL = timedelta(minutes=10)
"""A webhook whose user lacks the plan or is in a cool-off is looked at by each run: both may change at any time."""
ID_LENGTH = 32
"""Hexadecimal digits."""


class Page:
    """A page of leased webhooks.

    Attributes:
        queues: events still to send, by webhook, those waiting longest first; in order, up to the first failure.
        sent: number of messages sent.
    """

    def __init__(self, run: PagedRun, taken: Collection[UUID], events: Sequence[WebhookEvent]) -> None:
        self._run, self._taken, self.sent = run, taken, 0
        self._looked_at = clock.now()
        known = webhooks.deliveries(run.db, taken, run.now - EVENT_TTL)
        self._active = {webhook.webhook_id: webhook for webhook in self._still_active(taken)}
        self._retries = {each.webhook_id: waiting(each, events, known, run.now) for each in self._active.values()}
        self._deferred_until: dict[UUID, datetime] = {}
        self._failing: set[UUID] = set()
        self.queues = {
            queue[0].webhook.webhook_id: deque(queue) for queue in decide(self._active.values(), events, known, run.now)
        }

    def send(self) -> None:
        """Send until nothing is left, the page's time is up, or the run's."""
        ends_at = min(self._run.deadline, self._looked_at + MAX_PAGE_TIME)
        active: Collection[UUID] = self._active.keys()
        while batch := [queue.popleft() for webhook_id, queue in self.queues.items() if queue and webhook_id in active]:
            for due, sent in zip(batch, wiring.webhooks().send([_message(due) for due in batch]), strict=True):
                self._run.count(**{sent.outcome.value: 1})
                self._record(due, sent)
            self.sent += len(batch)
            if clock.now() >= ends_at:
                return
            unfinished = [webhook_id for webhook_id, queue in self.queues.items() if queue]
            active = {webhook.webhook_id for webhook in self._still_active(unfinished)} - self._failing

    def release(self) -> None:
        """End the leases, and record when to look at each webhook again."""
        looks: list[Look] = []
        for webhook in self._active.values():
            webhook_id, is_failing = webhook.webhook_id, webhook.webhook_id in self._failing
            is_done = is_failing or not self.queues.get(webhook_id)
            again = next_look(
                self._run.now,
                self._retries[webhook_id].values(),
                has_unsent=is_failing and bool(self.queues[webhook_id]),
                deferred_until=self._deferred_until.get(webhook_id),
            )
            looks.append(Look(webhook_id, webhook.test_requested_at, self._looked_at if is_done else None, again))
        if inactive := set(self._taken) - self._active.keys():
            webhook_leases.put_off(self._run.db, inactive, self._looked_at, self._looked_at + RECHECK_INTERVAL)
        webhook_leases.release(self._run.db, self._taken, looks)

    def _still_active(self, webhook_ids: Collection[UUID]) -> list[ActiveWebhook]:
        return entitled(webhooks.active_webhooks(self._run.db, webhook_ids, clock.now())) if webhook_ids else []

    def _record(self, pending: PendingDelivery, sent: WebhookResult) -> None:
        """Record the outcome of an attempt. Retry delays count from the start of the run, like the schedule."""
        db, webhook, now, attempts = self._run.db, pending.webhook, clock.now(), pending.attempts + 1
        is_delivered = sent.outcome is WebhookOutcome.DELIVERED
        retry_at = next_attempt_at(attempts, self._run.now) if sent.outcome is WebhookOutcome.FAILED else None
        delivery = Delivery(webhook.webhook_id, pending.event.key, attempts, is_delivered, retry_at)
        webhooks.put_delivery(db, delivery, sent.response, now)
        retries = self._retries[webhook.webhook_id]
        retries.pop(pending.event.key, None)
        if sent.retry_after:
            self._deferred_until[webhook.webhook_id] = now + sent.retry_after
            webhooks.defer(db, webhook, now + sent.retry_after)
        if is_delivered:
            return
        self._failing.add(webhook.webhook_id)
        if retry_at is not None:
            retries[pending.event.key] = retry_at
            return
        # A single undeliverable message is given up; if all fail, or the receiver answers 410, the webhook is stopped.
        if webhooks.stop(db, webhook, now if sent.outcome is WebhookOutcome.GONE else now - EVENT_TTL, now):
            webhook_id = str(webhook.webhook_id)
            logs.write(logging.WARNING, "a webhook was stopped", webhook_id=webhook_id, response=sent.response)


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
