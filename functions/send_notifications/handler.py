"""Send push notifications to browsers. Cron: every quarter of an hour, UTC. Safe to run twice or late."""

import json
import logging
from collections import Counter, defaultdict
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from functions.send_notifications.next_due import next_due
from functions.send_notifications.selection import MAX_AGE, MAX_LEAD, MIN_LEAD, Events, PendingDelivery, decide
from shared.accounts.push_endpoints import unsubscribe_token
from shared.clients.messaging.web_push import MAX_MESSAGE_BYTES, PushOutcome, PushResult, WebPush
from shared.runtime import clock, logs, wiring
from shared.runtime.jobs import Run, job
from shared.runtime.settings import settings
from shared.stores.betting import picks
from shared.stores.database import Connection
from shared.stores.football import matches
from shared.stores.messaging import broadcasts, push_deliveries, push_subscriptions
from shared.stores.messaging.push_subscriptions import Device

DELIVERY_RETENTION = timedelta(days=30)
"""Retention of deliveries, which prevent duplicates: far longer than any notification stays relevant."""
ICON, BADGE = "/icons/icon-192x192.png", "/icons/badge-72x72.png"
LEGAL_URL = "https://www.joueurs-info-service.fr"
TOPIC_LENGTH = 32
"""Characters, the maximum (RFC 8030, section 5.4)."""


MAX_FAILING_DEVICES = 3
"""Consecutive failing devices after which a host is paused for the run; a single device may itself be at fault."""
MIN_REFUSED_USERS = 3
"""Users with refused messages before the fault is taken as ours; one user may subscribe with invalid endpoints."""


class AllRefused(Exception):
    """Push services refused every message: most likely our VAPID keys differ from those of the subscriptions."""


def send(run: Run) -> None:
    """Send due notifications that were not sent before; each is claimed, and the claim committed, before it is sent."""
    push = wiring.web_push()
    if push is None:
        run.report(skipped="VAPID_PRIVATE_KEY is not set")
        return
    push_deliveries.remove_old(run.db, run.now - DELIVERY_RETENTION)
    deliveries = decide(push_subscriptions.reachable(run.db, run.now), _events(run), run.now)
    claimed = push_deliveries.delivered(run.db, {delivery.notice for delivery in deliveries})
    pending = [each for each in deliveries if (each.device.subscription_id, each.notice) not in claimed]
    counts: Counter[str] = Counter()
    hosts, refused_users = _HostHealth(), set[UUID]()
    with wiring.second_connection() as db:
        for each in pending:
            if clock.now() >= run.deadline or hosts.is_paused(each.device):
                counts["left"] += 1
            elif push_deliveries.claim(db, each.device, each.notice, clock.now()):
                response = _push(push, each)
                counts[response.outcome] += 1
                if response.outcome in {PushOutcome.REFUSED, PushOutcome.DENIED}:
                    refused_users.add(each.device.user_id)
                _record_delivery(db, each, response)
                hosts.add(each.device, response.outcome)
        for subscription_id in hosts.denied_devices():
            if push_subscriptions.count_refusal(db, subscription_id, clock.now()):
                logs.write(logging.WARNING, "a device was retired", subscription_id=subscription_id)
    run.report(due=len(pending), **counts)
    if len(refused_users) >= MIN_REFUSED_USERS and not counts[PushOutcome.SENT]:
        run.failures.append(AllRefused(f"notices of {len(refused_users)} people were refused and none was taken"))


class _HostHealth:
    """Outcomes of this run by push service host, which decide whether further messages are sent to it."""

    def __init__(self) -> None:
        self._failing: defaultdict[str, set[int]] = defaultdict(set)
        """Devices that failed since the host's last proper response."""
        self._failed: set[int] = set()
        self._denied: defaultdict[str, set[int]] = defaultdict(set)
        self._accepting: set[str] = set()

    def add(self, device: Device, outcome: PushOutcome) -> None:
        """Record the outcome of a message to a device."""
        host = _host(device)
        if outcome in {PushOutcome.RETRY, PushOutcome.UNKNOWN}:
            self._failed.add(device.subscription_id)
            self._failing[host].add(device.subscription_id)
            return
        self._failing[host].clear()
        if outcome is PushOutcome.SENT:
            self._accepting.add(host)
        elif outcome is PushOutcome.DENIED:
            self._denied[host].add(device.subscription_id)

    def is_paused(self, device: Device) -> bool:
        """Whether a device gets no more messages in this run, because it or its host fails."""
        return device.subscription_id in self._failed or len(self._failing[_host(device)]) >= MAX_FAILING_DEVICES

    def denied_devices(self) -> set[int]:
        """Devices denied by hosts that accepted messages for others, so that our key is not at fault."""
        return {subscription_id for host in self._accepting for subscription_id in self._denied[host]}


def _host(device: Device) -> str:
    return urlsplit(device.endpoint).hostname or ""


def _events(run: Run) -> Events:
    day_picks = picks.between(run.db, run.day, run.day)
    played = matches.by_ids(run.db, [pick.match_id for pick in day_picks])
    return Events(
        day=picks.day(run.db, run.day),
        picks=[(pick, played[pick.match_id]) for pick in day_picks],
        kick_offs=push_deliveries.kick_offs(run.db, run.now + MIN_LEAD, run.now + MAX_LEAD),
        results=push_deliveries.results(run.db, run.now - MAX_AGE),
        broadcasts=broadcasts.since(run.db, run.now - MAX_AGE),
    )


def _push(push: WebPush, delivery: PendingDelivery) -> PushResult:
    device, topic = delivery.device, sha256(delivery.notice.encode()).hexdigest()[:TOPIC_LENGTH]
    message = _message(delivery, unsubscribe_token(device.subscription_id, settings().vapid_private_key))
    return push.send(device.endpoint, device.p256dh, device.auth, message, topic, delivery.until - clock.now())


def _message(delivery: PendingDelivery, unsubscribe: str) -> bytes:
    """The payload for the service worker, with the token to unsubscribe."""
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


def _record_delivery(db: Connection, delivery: PendingDelivery, response: PushResult) -> None:
    """Record the outcome of a notification; one that may have arrived stays claimed and is not sent again."""
    device: Device = delivery.device
    if response.outcome is not PushOutcome.SENT:
        push_subscriptions.count_failure(db, device.subscription_id)
    elif device.has_failed:
        push_subscriptions.reset_failures(db, device.subscription_id)
    match response.outcome:
        case PushOutcome.SENT:
            push_deliveries.complete(db, device.subscription_id, delivery.notice, "sent")
        case PushOutcome.GONE:
            push_subscriptions.remove(db, device.subscription_id)
        case PushOutcome.RETRY:
            push_deliveries.complete(db, device.subscription_id, delivery.notice, "failed")
            push_subscriptions.defer(db, device.subscription_id, clock.now() + response.rest)
        case PushOutcome.REFUSED | PushOutcome.DENIED:
            push_deliveries.complete(db, device.subscription_id, delivery.notice, "refused")
        case PushOutcome.UNKNOWN:
            pass
    if response.outcome in {PushOutcome.REFUSED, PushOutcome.DENIED, PushOutcome.UNKNOWN}:
        logs.write(logging.WARNING, "a notice was not taken", notice=delivery.notice, response=response.response)


handler = job("send_notifications", send, next_due=next_due)
