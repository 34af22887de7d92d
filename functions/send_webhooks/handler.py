"""Deliver webhook events. Cron: every quarter of an hour, UTC. Safe to run twice or late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.send_webhooks.next_due import next_due
from functions.send_webhooks.page import Page
from functions.send_webhooks.selection import WebhookEvent, collect_events
from shared.accounts.webhooks import EARLY_TOLERANCE, EVENT_TTL
from shared.runtime import clock
from shared.runtime.paged_jobs import PagedRun, Pages, paged_job
from shared.stores.messaging import webhook_events, webhook_leases, webhooks

DELIVERY_RETENTION = timedelta(days=30)
"""Retention of deliveries, which prevent duplicates: far longer than any event stays relevant."""
PAGE_SIZE = 20
"""Webhooks, and so messages whose outcome is unknown after a crash."""
LEASE = timedelta(minutes=5)
"""Of a page; longer than Lambda lets a run live, so that no other run works on its webhooks."""
SETTLING = timedelta(minutes=15)
"""An event is visible within this time after it occurred: no transaction that writes one is longer."""
BATCH_SIZE = 10_000
"""Old deliveries that are deleted at once."""
WORKERS = 3
"""Below `reservedConcurrency` in serverless.yml."""


def send(run: PagedRun) -> Pages:
    """Send due events to each webhook in order, up to its first failure.

    Each outcome is committed at once, so that a crash repeats few events and loses none, and users who pause or delete
    their account meanwhile get no more.
    """
    run.count(due=0)
    events = _events(run)
    while taken := webhook_leases.take(
        run.db, _looked_before(run, events), run.now + EARLY_TOLERANCE, clock.now(), clock.now() + LEASE, PAGE_SIZE
    ):
        page = Page(run, taken, events)
        run.count(due=sum(map(len, page.queues.values())))
        page.send()
        page.release()
        yield len(taken)
    if run.worker == 0:
        while removed := webhooks.remove_old(run.db, run.now - DELIVERY_RETENTION, BATCH_SIZE):
            yield removed


def _events(run: PagedRun) -> list[WebhookEvent]:
    """The events that may still be sent, oldest first."""
    since = run.now - EVENT_TTL
    return collect_events(
        webhook_events.committed_days(run.db, since),
        webhook_events.settlements(run.db, since),
        webhook_events.publications(run.db, since),
    )


def _looked_before(run: PagedRun, events: Sequence[WebhookEvent]) -> datetime:
    """Webhooks are due that were last looked at before this instant: once in each pass, until `SETTLING` has passed."""
    latest = max((event.occurred_at for event in events), default=run.now - EVENT_TTL)
    return min(run.began, latest + SETTLING)


def left(run: PagedRun) -> int:
    """Webhooks that are due."""
    return webhook_leases.count_due(run.db, _looked_before(run, _events(run)), run.now + EARLY_TOLERANCE, clock.now())


handler = paged_job("send_webhooks", send, left, workers=WORKERS, next_due=next_due)
