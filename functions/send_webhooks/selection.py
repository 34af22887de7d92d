"""Selects the events due for each webhook. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.entitlements import features_of
from shared.accounts.webhooks import EARLY_TOLERANCE, EVENT_TTL, INITIAL_BACKOFF, TEST_EVENT, WebhookEventType
from shared.explanations.legal_notice import LEGAL_NOTICE
from shared.stores.messaging.webhook_events import CommittedDay, Publication, SettledPick
from shared.stores.messaging.webhooks import ActiveWebhook, Delivery


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """An event that webhooks can subscribe to."""

    event_type: str  # an `Event`, or `TEST`
    key: str  # its id; it is retried for each webhook until delivered
    occurred_at: datetime  # when it occurred
    data: Mapping[str, object]  # its payload, without anything confidential


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    """An event due for a webhook, with the number of earlier attempts."""

    webhook: ActiveWebhook
    event: WebhookEvent
    attempts: int


def collect_events(
    days: Iterable[CommittedDay], endings: Iterable[SettledPick], publications: Iterable[Publication]
) -> list[WebhookEvent]:
    """The events of the given rows, oldest first."""
    events = [
        *(
            WebhookEvent(
                WebhookEventType.PICKS_COMMITTED,
                f"{WebhookEventType.PICKS_COMMITTED}/{row.day}",
                row.committed_at,
                {
                    "day": row.day.isoformat(),
                    "picks": row.picks,
                    "path": f"/api/v1/predictions/daily?date={row.day}",
                    "legal_notice": LEGAL_NOTICE,
                },
            )
            for row in days
        ),
        *(
            WebhookEvent(
                WebhookEventType.PICKS_SETTLED,
                f"{WebhookEventType.PICKS_SETTLED}/{row.day}/{row.rank}/{row.entry}",
                row.settled_at,
                {
                    "day": row.day.isoformat(),
                    "rank": row.rank,
                    "match_id": row.match_id,
                    "result": row.result,
                    "score": row.score,
                    "path": f"/api/v1/predictions/{row.match_id}",
                    "legal_notice": LEGAL_NOTICE,
                },
            )
            for row in endings
        ),
        *(
            WebhookEvent(
                WebhookEventType.PREDICTIONS_PUBLISHED,
                f"{WebhookEventType.PREDICTIONS_PUBLISHED}/{row.published_at.isoformat()}",
                row.published_at,
                {"match_ids": row.match_ids},
            )
            for row in publications
        ),
    ]
    return sorted(events, key=lambda event: event.occurred_at)


def entitled(webhooks: Iterable[ActiveWebhook]) -> list[ActiveWebhook]:
    """The webhooks whose users' plans include webhooks."""
    return [webhook for webhook in webhooks if features_of(webhook.plan).webhooks]


def decide(
    webhooks: Iterable[ActiveWebhook], events: Sequence[WebhookEvent], deliveries: Iterable[Delivery], now: datetime
) -> list[list[PendingDelivery]]:
    """The undelivered events due for each webhook by its subscription, oldest first.

    Events from before a webhook's creation are excluded. Webhooks waiting longest come first; those with failed
    attempts come last, so that their timeouts delay no others.
    """
    delivery_by_key = {(row.webhook_id, row.event): row for row in deliveries}
    queues: list[list[PendingDelivery]] = []
    for webhook in webhooks:
        subscribed = [
            each for each in events if each.event_type in webhook.events and each.occurred_at >= webhook.created_at
        ]
        pending: list[PendingDelivery] = []
        for event in (*_tests(webhook, now), *subscribed):
            delivery = delivery_by_key.get((webhook.webhook_id, event.key))
            if delivery is None:
                pending.append(PendingDelivery(webhook, event, attempts=0))
            elif delivery.next_attempt_at is not None and delivery.next_attempt_at <= now + EARLY_TOLERANCE:
                pending.append(PendingDelivery(webhook, event, delivery.attempts))
        if pending:
            queues.append(pending)
    return sorted(queues, key=lambda mine: (any(each.attempts for each in mine), min(_times(mine))))


def waiting(
    webhook: ActiveWebhook, events: Iterable[WebhookEvent], deliveries: Iterable[Delivery], now: datetime
) -> dict[str, datetime]:
    """When each failed delivery of a webhook is due again, by event; without events that are no longer sent."""
    keys = {event.key for event in (*_tests(webhook, now), *events)}
    return {
        row.event: row.next_attempt_at
        for row in deliveries
        if row.webhook_id == webhook.webhook_id and row.event in keys and row.next_attempt_at is not None
    }


def next_look(
    now: datetime, retries: Iterable[datetime], *, has_unsent: bool, deferred_until: datetime | None
) -> datetime | None:
    """When to look at a webhook again without a new event; None if nothing is waiting.

    Args:
        now: when the run began.
        retries: when failed deliveries are due again.
        has_unsent: whether events follow one that failed; they are sent by the next run.
        deferred_until: the end of a pause that its receiver asked for.
    """
    looks = [*retries, *([now + INITIAL_BACKOFF] if has_unsent else [])]
    if deferred_until is not None:
        return max(min(looks, default=deferred_until), deferred_until)
    return min(looks, default=None)


def _times(due: Iterable[PendingDelivery]) -> list[datetime]:
    return [each.event.occurred_at for each in due]


def _tests(webhook: ActiveWebhook, now: datetime) -> list[WebhookEvent]:
    at = webhook.test_requested_at
    if now - at >= EVENT_TTL:
        return []
    return [WebhookEvent(TEST_EVENT, f"{TEST_EVENT}/{at.isoformat()}", at, {"webhook_id": str(webhook.webhook_id)})]
