"""Tell people's programs what happened. Cron: every quarter of an hour, UTC. Safe to run twice or late."""

import json
import logging
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from functions.send_webhooks.selection import Due, allowed, decide, happenings
from shared.accounts.webhooks import NEWS_FOR, next_try
from shared.clients.messaging.webhooks import Message, Outcome, Sent
from shared.runtime import clock, logs, wiring
from shared.runtime.jobs import Run, job
from shared.stores.database import Connection
from shared.stores.messaging import webhooks
from shared.stores.messaging.webhooks import Delivery

KEPT = timedelta(days=30)
"""How long it is known what was told: far longer than anything is worth telling."""
AT_ONCE = 20
"""Messages. What became of so many at the most is not known of a run that dies."""
ID_LENGTH = 32
"""Hexadecimal digits."""


def send(run: Run) -> None:
    """Send what is due: to each program in order, and no further where something was not taken.

    All have their turn before one has its second. What became of it is committed at once, so that a run that dies
    sends little twice and leaves nothing out; and who pauses or leaves meanwhile is told nothing more. Before it ends
    it looks again, for a run that is started meanwhile does nothing.
    """
    waiting, failing = deque(_due(run)), set[UUID]()
    counts: Counter[str] = Counter(due=sum(map(len, waiting)))
    with wiring.further_database() as db:
        webhooks.remove_old(db, run.now - KEPT)
        while waiting and clock.now() < run.deadline:
            still = {webhook.webhook_id for webhook in allowed(webhooks.running(db, clock.now()))}
            lists = [waiting.popleft() for _ in range(min(AT_ONCE, len(waiting)))]
            lists = [due for due in lists if due[0].webhook.webhook_id in still]
            for due, sent in zip(lists, wiring.webhooks().send([_message(due[0]) for due in lists]), strict=True):
                counts[sent.outcome] += 1
                _end(db, due[0], sent, run.now)
                if sent.outcome is not Outcome.TAKEN:
                    failing.add(due[0].webhook.webhook_id)
                elif due[1:]:
                    waiting.append(due[1:])
            if not waiting:
                waiting.extend(due for due in _due(run) if due[0].webhook.webhook_id not in failing)
                counts["due"] += sum(map(len, waiting))
    run.report(**counts, left=sum(map(len, waiting)))


def _due(run: Run) -> list[list[Due]]:
    """What each program is to be told as things stand."""
    since = run.now - NEWS_FOR
    found = happenings(
        webhooks.days(run.db, since), webhooks.endings(run.db, since), webhooks.publications(run.db, since)
    )
    running = allowed(webhooks.running(run.db, run.now))
    return decide(running, found, webhooks.deliveries(run.db, since), run.now)


def _message(due: Due) -> Message:
    happening = due.happening
    body = {
        "type": happening.kind,
        "timestamp": happening.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": happening.data,
    }
    told = sha256(happening.key.encode()).hexdigest()[:ID_LENGTH]
    return Message(f"evt_{told}", due.webhook.url, due.webhook.secret, json.dumps(body, ensure_ascii=False))


def _end(db: Connection, due: Due, sent: Sent, began: datetime) -> None:
    """Write down what became of a try. Pauses begin with the run, as the next run comes so long after this one."""
    webhook, now, tries = due.webhook, clock.now(), due.tries + 1
    again = next_try(tries, began) if sent.outcome is Outcome.FAILED else None
    is_delivered = sent.outcome is Outcome.TAKEN
    delivery = Delivery(webhook.webhook_id, due.happening.key, tries, is_delivered, again)
    webhooks.put_delivery(db, delivery, sent.told, now)
    if sent.rest:
        webhooks.rest(db, webhook, now + sent.rest)
    if is_delivered or again is not None:
        return
    # One message that nobody takes is given up; all of them, or a word that there shall be no more, stop the rest.
    if webhooks.stop(db, webhook, now if sent.outcome is Outcome.GONE else now - NEWS_FOR, now):
        logs.write(logging.WARNING, "a webhook was stopped", webhook_id=str(webhook.webhook_id), told=sent.told)


handler = job("send_webhooks", send)
