"""Tell people's programs what happened. Cron: every quarter of an hour, UTC. Safe to run twice or late."""

import json
import logging
from collections import Counter
from datetime import UTC, timedelta
from hashlib import sha256

from functions.send_webhooks.deciding import Due, decide, happenings
from shared.accounts.webhooks import NEWS_FOR, next_try
from shared.clients.webhooks import AT_ONCE, Message, Outcome, Sent
from shared.runtime import clock, logs, wiring
from shared.runtime.jobs import Run, job
from shared.stores import webhooks
from shared.stores.database import Connection
from shared.stores.webhooks import Delivery

KEPT = timedelta(days=30)
"""How long it is known what was told: far longer than anything is worth telling."""
ID_LENGTH = 32
"""Hexadecimal digits."""


def send(run: Run) -> None:
    """Send what is due: to each program in order, and no further where something was not taken.

    What became of it is committed at once, so that a run that dies sends little twice and leaves nothing out.
    """
    since = run.now - NEWS_FOR
    found = happenings(
        webhooks.days(run.db, since), webhooks.endings(run.db, since), webhooks.publications(run.db, since)
    )
    due = decide(webhooks.running(run.db, run.now), found, webhooks.deliveries(run.db, since), run.now)
    counts: Counter[str] = Counter(due=sum(map(len, due.values())))
    with wiring.further_database() as db:
        webhooks.remove_old(db, run.now - KEPT)
        while due and clock.now() < run.deadline:
            batch = [due[webhook_id].pop(0) for webhook_id in list(due)[:AT_ONCE]]
            for each, sent in zip(batch, wiring.webhooks().send([_message(each) for each in batch]), strict=True):
                counts[sent.outcome] += 1
                _end(db, each, sent)
                if sent.outcome is not Outcome.TAKEN or not due[each.webhook.webhook_id]:
                    del due[each.webhook.webhook_id]
    run.report(**counts, left=sum(map(len, due.values())))


def _message(due: Due) -> Message:
    happening = due.happening
    body = {
        "type": happening.kind,
        "timestamp": happening.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": happening.data,
    }
    told = sha256(happening.key.encode()).hexdigest()[:ID_LENGTH]
    return Message(f"evt_{told}", due.webhook.url, due.webhook.secret, json.dumps(body, ensure_ascii=False))


def _end(db: Connection, due: Due, sent: Sent) -> None:
    webhook_id, now, tries = due.webhook.webhook_id, clock.now(), due.tries + 1
    again = next_try(tries, now) if sent.outcome is Outcome.FAILED else None
    is_delivered = sent.outcome is Outcome.TAKEN
    webhooks.put_delivery(db, Delivery(webhook_id, due.happening.key, tries, is_delivered, again), sent.told, now)
    if not is_delivered and again is None:
        webhooks.stop(db, webhook_id, now)
        logs.write(logging.WARNING, "a webhook was stopped", webhook_id=str(webhook_id), told=sent.told)


handler = job("send_webhooks", send)
