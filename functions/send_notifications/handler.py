"""Send push notifications to browsers. Cron: every quarter of an hour, UTC. Safe to run twice or late."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from functions.send_notifications.hosts import MAX_IN_FLIGHT
from functions.send_notifications.next_due import next_due
from functions.send_notifications.selection import MAX_AGE, MAX_LEAD, MIN_LEAD, Events, PendingDelivery, decide
from functions.send_notifications.sending import Sender
from shared.clients.messaging.web_push import PushOutcome
from shared.runtime import clock, logs, wiring
from shared.runtime.paged_jobs import PagedRun, Pages, paged_job
from shared.stores.betting import picks
from shared.stores.football import matches
from shared.stores.messaging import broadcasts, push_deliveries, push_pages, push_subscriptions
from shared.stores.messaging.push_deliveries import KickOffRow, ResultRow
from shared.stores.messaging.push_pages import PAGE_SIZE

DELIVERY_RETENTION = timedelta(days=30)
"""Retention of deliveries, which prevent duplicates: far longer than any notification stays relevant."""
LEASE = timedelta(minutes=5)
"""Of a page; longer than Lambda lets a run live, so that no other run works on its page."""
BATCH_SIZE = 10_000
"""Old deliveries that are deleted at once."""
MIN_REFUSED_USERS = 3
"""Users with refused messages before the fault is taken as ours; one user may subscribe with invalid endpoints."""
WORKERS = 5
"""Below `reservedConcurrency` in serverless.yml."""


class AllRefused(Exception):
    """Push services refused every message: most likely our VAPID keys differ from those of the subscriptions."""


@dataclass(frozen=True, slots=True)
class _Occasions:
    """What there is to notify of: events for every user, matches about to begin, and whether bets were settled."""

    events: Events
    kick_offs: list[KickOffRow]
    has_results: bool


def send(run: PagedRun) -> Pages:
    """Send due notifications that were not sent before, page by page; each is claimed before it is sent."""
    push = wiring.web_push()
    if push is None:
        run.report(skipped="VAPID_PRIVATE_KEY is not set")
        return
    run.count(due=0)
    if (occasions := _gather(run)) is not None:
        with ThreadPoolExecutor(MAX_IN_FLIGHT) as pool:
            sender = Sender(run, push, pool)
            try:
                yield from _send_pages(run, occasions, sender)
            finally:
                if not run.db.closed:
                    _conclude(run, sender)
    if run.worker == 0:
        while removed := push_deliveries.remove_old(run.db, run.now - DELIVERY_RETENTION, BATCH_SIZE):
            yield removed


def _send_pages(run: PagedRun, occasions: _Occasions, sender: Sender) -> Pages:
    push_pages.add_new(run.db)
    while (page := push_pages.take(run.db, run.began, clock.now(), clock.now() + LEASE)) is not None:
        pending = _pending(run, page, occasions)
        run.count(due=len(pending))
        sent_before = sender.outcomes.total()
        if sender.send(pending):  # the deadline
            push_pages.give_back(run.db, page)
            yield sender.outcomes.total() - sent_before
        else:
            push_pages.finish(run.db, page, run.began)
            yield 1


def _gather(run: PagedRun) -> _Occasions | None:
    """What there is to notify of; None if nothing, so that no device need be read."""
    day_picks = picks.between(run.db, run.day, run.day)
    played = matches.by_ids(run.db, [pick.match_id for pick in day_picks])
    shown = [(pick, match) for pick in day_picks if (match := played[pick.match_id]).kick_off > run.now]
    occasions = _Occasions(
        Events(
            day=picks.day(run.db, run.day),
            picks=shown,
            broadcasts=broadcasts.since(run.db, run.now - MAX_AGE),
        ),
        push_deliveries.kick_offs(run.db, run.now + MIN_LEAD, run.now + MAX_LEAD),
        push_deliveries.has_results(run.db, run.now - MAX_AGE),
    )
    is_due = occasions.events.picks or occasions.events.broadcasts or occasions.kick_offs or occasions.has_results
    return occasions if is_due else None


def _pending(run: PagedRun, page: int, occasions: _Occasions) -> list[PendingDelivery]:
    """The notifications due to the devices of a page, without those that need no further attempt."""
    with run.transaction() as db:
        devices = push_subscriptions.reachable(db, range(page * PAGE_SIZE, (page + 1) * PAGE_SIZE), run.now)
        events = _events_of(run, {device.user_id for device in devices}, occasions)
        due = decide(devices, events, run.now)
        delivered = push_deliveries.delivered(db, [each.key for each in due])
    return [each for each in due if each.key not in delivered]


def _events_of(run: PagedRun, user_ids: Iterable[UUID], occasions: _Occasions) -> Events:
    """The events for some users."""
    user_ids, general = list(user_ids), occasions.events
    by_match = {row.match_id: row for row in occasions.kick_offs}
    kick_offs: defaultdict[UUID, list[KickOffRow]] = defaultdict(list)
    results: defaultdict[UUID, list[ResultRow]] = defaultdict(list)
    if by_match:
        followed = push_deliveries.followed(run.db, user_ids, by_match)
        for user_id, match_id in sorted(followed, key=lambda each: (by_match[each[1]].kick_off, each[1])):
            kick_offs[user_id].append(by_match[match_id])
    if occasions.has_results:
        for row in push_deliveries.results(run.db, user_ids, run.now - MAX_AGE):
            results[row.user_id].append(row)
    return Events(general.day, general.picks, kick_offs, results, general.broadcasts)


def _conclude(run: PagedRun, sender: Sender) -> None:
    """Retire devices that were denied, report, and fail the run if most likely our keys are wrong."""
    for subscription_id in sorted(sender.hosts.denied_devices()):
        if push_subscriptions.count_refusal(run.db, subscription_id, clock.now()):
            logs.write(logging.WARNING, "a device was retired", subscription_id=subscription_id)
    run.count(**{outcome.value: number for outcome, number in sender.outcomes.items()})
    if len(sender.refused_users) >= MIN_REFUSED_USERS and not sender.outcomes[PushOutcome.SENT]:
        with run.item():
            raise AllRefused(f"notices of {len(sender.refused_users)} people were refused and none was taken")


def left(run: PagedRun) -> int:
    """Pages of devices that this pass has not looked at."""
    return push_pages.count(run.db, run.began)


handler = paged_job("send_notifications", send, left, workers=WORKERS, next_due=next_due)
