"""Stripe's webhook. HTTP: POST /api/v1/stripe/webhook.

An event only triggers a read of the current state from Stripe; its content is not trusted. So events may arrive twice,
late, in any order or never. A failure rolls back and returns 5xx, so that Stripe retries.
"""

import logging
from hashlib import sha256
from typing import Literal

from fastapi import Request
from pydantic import BaseModel

from shared.clients.payments.stripe_events import InvalidEvent, InvalidSignature, StripeEvent, parse_event
from shared.clients.payments.stripe_payments import API_VERSION
from shared.runtime import clock, invocation_metrics, logs, wiring
from shared.runtime.settings import settings
from shared.services import billing, supabase_sync
from shared.stores.database import Connection
from shared.stores.people import customers, stripe_events
from shared.stores.people.customers import CustomerRow
from shared.stores.people.stripe_events import StripeEventRow
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.errors import BadRequest, PayloadTooLarge

app = http_app("stripe_webhook")

MAX_BODY_BYTES = 256 * 1024
"""Bytes of an event."""
CHECKED_OUT = "checkout.session.completed"
HANDLED_EVENTS = {
    CHECKED_OUT,
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
}
"""Events that trigger a read from Stripe; the endpoint is registered for these."""
UNREAD = "unread"
"""The type stored for signed events that cannot be parsed."""
PAYING = {"trialing", "active", "past_due"}
Effect = Literal["applied", "known", "ignored"]


class WebhookResponse(BaseModel):
    """Confirms an event and its effect."""

    status: Literal["success"] = "success"
    effect: Effect


@app.post("/api/v1/stripe/webhook", include_in_schema=False)  # for Stripe alone
async def receive(request: Request, anyone: Anyone) -> WebhookResponse:
    """Receive one event."""
    secrets = [secret.strip() for secret in settings().require("stripe_webhook_secret").split(",")]
    if len(body := await request.body()) > MAX_BODY_BYTES:
        raise PayloadTooLarge
    try:
        event = parse_event(body, request.headers.get("stripe-signature", ""), secrets, API_VERSION, clock.now())
    except InvalidSignature:
        invocation_metrics.current().refused = True
        raise BadRequest("stripe_not_signed") from None
    except InvalidEvent as error:
        _store_unread(body)
        billing.alert(str(error))
        raise BadRequest("stripe_not_understood") from None
    if event.live != wiring.stripe_payments().live:
        billing.alert(f"{event.event_id} is of the {'live' if event.live else 'test'} mode, and our key is not")
        raise BadRequest("stripe_not_understood")
    return WebhookResponse(effect=_apply(event))


def _apply(event: StripeEvent) -> Effect:
    """Store an event and apply its effect in one transaction."""
    db, now = wiring.database(), clock.now()
    customer = None
    with db.transaction():
        if not stripe_events.add(
            db, StripeEventRow(event.event_id, event.type, event.customer_id, event.created_at, now)
        ):
            return "known"
        if event.type in HANDLED_EVENTS:
            customer = _customer(db, event)
            if customer is not None:
                billing.sync(db, customer, now)
    if customer is not None:
        supabase_sync.publish_plan(customer.user_id)
    effect = "ignored" if customer is None else "applied"
    logs.write(logging.INFO, "stripe event", id=event.event_id, type=event.type, effect=effect)
    return effect


def _store_unread(body: bytes) -> None:
    """Store that a signed event could not be parsed; its body can be looked up at Stripe by time."""
    db, now = wiring.database(), clock.now()
    row = StripeEventRow(f"unread_{sha256(body).hexdigest()}", UNREAD, None, now, now)
    with db.transaction():
        stripe_events.add(db, row)


def _customer(db: Connection, event: StripeEvent) -> CustomerRow | None:
    """The customer of an event; raises an alert if an unknown customer pays."""
    payments = wiring.stripe_payments()
    customer_id = payments.customer_of_charge(event.charge_id) if event.charge_id else event.customer_id
    customer = customers.by_id(db, customer_id) if customer_id else None
    if event.type == CHECKED_OUT and (customer is None or event.reference != str(customer.user_id)):
        billing.alert(f"{event.event_id}: a page was paid that names another person than its customer, or none")
        return None
    if customer is None and customer_id and any(s.status in PAYING for s in payments.subscriptions(customer_id)):
        billing.alert(f"{event.event_id}: {customer_id} pays, and belongs to no user")
    return customer


handler = lambda_handler(app)
