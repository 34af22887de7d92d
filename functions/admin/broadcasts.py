"""Broadcast notifications: one message to every subscribed browser, sent once."""

from hashlib import sha256

from functions.admin.schemas import BroadcastResponse, NotificationRequest
from shared.accounts.plans import Reader
from shared.explanations.prohibited_claims import find_claims
from shared.football.calendar import paris_day
from shared.runtime import clock, wiring
from shared.stores.messaging import broadcasts, push_deliveries, push_subscriptions
from shared.stores.messaging.broadcasts import BroadcastRow
from shared.web.admin_actions import overall_status, start
from shared.web.authentication import require_user_id
from shared.web.errors import BadRequest

ID_LENGTH = 32
"""Hexadecimal digits."""


def broadcast(reader: Reader, request: NotificationRequest) -> BroadcastResponse:
    """Store a broadcast and start the job that sends it. If the start fails, the job's next run sends it.

    Raises:
        BadRequest: the text makes a prohibited claim.
        Unavailable: the job cannot be started.
    """
    for text in (request.title, request.body):
        for claim in find_claims(text):
            raise BadRequest("forbidden_claim", words=claim.text)
    db, now = wiring.database(), clock.now()
    row = BroadcastRow(
        broadcast_id=sha256(f"{paris_day(now)}\n{request.model_dump_json()}".encode()).hexdigest()[:ID_LENGTH],
        title=request.title,
        body=request.body,
        url=request.url,
        audience=request.preference_filter,
        created_at=now,
    )
    is_new = broadcasts.add(db, require_user_id(reader), row)
    counts = push_deliveries.counts(db, row.event)
    runs = start(reader, "send_notifications", {}) if is_new else []
    return BroadcastResponse(
        status=overall_status(runs) if runs else "known",
        broadcast_id=row.broadcast_id,
        sent=counts.get("sent", 0),
        failed=sum(n for state, n in counts.items() if state != "sent"),
        total=push_subscriptions.count_reachable(db, row.audience, now),
        runs=runs,
    )
