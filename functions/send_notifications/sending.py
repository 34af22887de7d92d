"""Sends the notifications of a page: in rounds, each claimed and committed before it is sent, and then recorded."""

import json
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from hashlib import sha256
from typing import Literal
from uuid import UUID

from functions.send_notifications.hosts import Hosts, host_of
from functions.send_notifications.selection import PendingDelivery
from shared.accounts.push_endpoints import unsubscribe_token
from shared.clients.messaging.web_push import MAX_MESSAGE_BYTES, PushOutcome, PushResult, WebPush
from shared.runtime import clock, logs
from shared.runtime.paged_jobs import PagedRun
from shared.runtime.settings import settings
from shared.stores.database import Connection
from shared.stores.messaging import push_deliveries, push_subscriptions

ICON, BADGE = "/icons/icon-192x192.png", "/icons/badge-72x72.png"
LEGAL_URL = "https://www.joueurs-info-service.fr"
TOPIC_LENGTH = 32
"""Characters, the maximum (RFC 8030, section 5.4)."""
REFUSED = {PushOutcome.REFUSED, PushOutcome.DENIED}
STATES: dict[PushOutcome, Literal["sent", "failed", "refused"]] = {
    PushOutcome.SENT: "sent",
    PushOutcome.RETRY: "failed",
    PushOutcome.REFUSED: "refused",
    PushOutcome.DENIED: "refused",
}


class Sender:
    """Sends notifications, and counts outcomes by host.

    Attributes:
        outcomes: how many messages had each outcome.
        refused_users: users with a refused message.
        hosts: the push service hosts.
    """

    def __init__(self, run: PagedRun, push: WebPush, pool: ThreadPoolExecutor) -> None:
        self._run, self._push, self._pool = run, push, pool
        self.outcomes: Counter[PushOutcome] = Counter()
        self.refused_users: set[UUID] = set()
        self.hosts = Hosts()

    def send(self, pending: Iterable[PendingDelivery]) -> int:
        """Send notifications until the deadline; returns how many are left to another run.

        What is left because a device or its host fails is for the next pass, and counts as `deferred`.
        """
        queues: defaultdict[str, deque[PendingDelivery]] = defaultdict(deque)
        for each in pending:
            queues[host_of(each.device)].append(each)
        while any(queues.values()) and clock.now() < self._run.deadline:
            self._send_round({host: self._next_of(host, queue) for host, queue in queues.items()})
        return sum(map(len, queues.values()))

    def _next_of(self, host: str, queue: deque[PendingDelivery]) -> list[PendingDelivery]:
        """The next messages to a host, at most one for each device, as a device that fails gets no more."""
        if not (window := self.hosts.window(host)):
            self._run.count(deferred=len(queue))
            queue.clear()
        chosen: dict[int, PendingDelivery] = {}
        later: list[PendingDelivery] = []
        while queue and len(chosen) < window:
            each = queue.popleft()
            if self.hosts.has_failed(each.device):
                self._run.count(deferred=1)
            elif each.device.subscription_id in chosen:
                later.append(each)
            else:
                chosen[each.device.subscription_id] = each
        queue.extendleft(reversed(later))
        return list(chosen.values())

    def _send_round(self, by_host: dict[str, list[PendingDelivery]]) -> None:
        chosen = [each for of_host in by_host.values() for each in of_host]
        claimed = push_deliveries.claim(self._run.db, [(each.device, each.notice) for each in chosen], clock.now())
        sending = [
            (each, self._pool.submit(copy_context().run, self._push_message, each, _message(each)))
            for each in chosen
            if each.key in claimed
        ]
        sent = [(each, future.result()) for each, future in sending]
        with self._run.transaction() as db:
            _record(db, sent)
        for host, of_host in by_host.items():
            keys = {each.key for each in of_host}
            self.hosts.add(host, [(each.device, result.outcome) for each, result in sent if each.key in keys])
        self.outcomes.update(result.outcome for _, result in sent)
        self.refused_users |= {each.device.user_id for each, result in sent if result.outcome in REFUSED}

    def _push_message(self, delivery: PendingDelivery, message: bytes) -> PushResult:
        device, topic = delivery.device, sha256(delivery.notice.encode()).hexdigest()[:TOPIC_LENGTH]
        ttl = delivery.until - clock.now()
        return self._push.send(device.endpoint, device.p256dh, device.auth, message, topic, ttl)


def _message(delivery: PendingDelivery) -> bytes:
    """The payload for the service worker, with the token to unsubscribe."""
    unsubscribe = unsubscribe_token(delivery.device.subscription_id, settings().vapid_private_key)
    data = {"url": delivery.url, "unsubscribe": unsubscribe}
    if delivery.names_pick:
        data["legal_url"] = LEGAL_URL
    payload = {
        "title": delivery.title,
        "body": delivery.body,
        "icon": ICON,
        "badge": BADGE,
        "tag": delivery.notice,
        "data": data,
    }
    message = json.dumps(payload, ensure_ascii=False).encode()
    assert len(message) <= MAX_MESSAGE_BYTES, delivery.notice  # noqa: S101  # five matches, or a broadcast of bounded length
    return message


def _record(db: Connection, sent: Iterable[tuple[PendingDelivery, PushResult]]) -> None:
    """Record the outcomes of a round; a notification that may have arrived stays claimed and is not sent again."""
    by_outcome: defaultdict[PushOutcome, list[PendingDelivery]] = defaultdict(list)
    rests = {each.device.subscription_id: result.rest for each, result in sent if result.outcome is PushOutcome.RETRY}
    for each, result in sent:
        by_outcome[result.outcome].append(each)
        if result.outcome in REFUSED or result.outcome is PushOutcome.UNKNOWN:
            logs.write(logging.WARNING, "a notice was not taken", notice=each.notice, response=result.response)
    for outcome, deliveries in by_outcome.items():
        ids = [each.device.subscription_id for each in deliveries]
        if outcome is not PushOutcome.SENT:
            push_subscriptions.count_failures(db, ids)
        elif recovered := [each.device.subscription_id for each in deliveries if each.device.has_failed]:
            push_subscriptions.reset_failures(db, recovered)
        if outcome is PushOutcome.GONE:
            push_subscriptions.remove_all(db, ids)
        if state := STATES.get(outcome):
            push_deliveries.complete(db, [each.key for each in deliveries], state)
    if rests:
        push_subscriptions.defer(db, {device: clock.now() + rest for device, rest in rests.items()})
