"""Objects and events of the fake of Stripe, in the format of our API version."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from shared.clients.payments.stripe_payments import API_VERSION

Object = dict[str, Any]
PRICES = {"price_local_premium": 999, "price_local_elite": 1999}
"""Cents a month."""
MONTH = timedelta(days=30)
DUNNING_PERIOD = timedelta(days=21)
"""Retry period of an unpaid invoice, before its subscription ends."""


class NotFound(KeyError):
    """The object does not exist."""


class InvalidState(ValueError):
    """The object's state does not allow the operation."""


class StripeObjects:
    """One account.

    Args:
        file: where the objects are stored; None for in memory.
    """

    def __init__(self, now: Callable[[], datetime], file: Path | None = None) -> None:
        self._now, self._file = now, file
        self.objects: dict[str, Object] = json.loads(file.read_text()) if file and file.exists() else {}
        self.events: list[Object] = []
        self.idempotent_responses: dict[str, tuple[str, int, Object]] = {}

    def get(self, object_id: str, kind: str) -> Object:
        """An object by id."""
        stored = self.objects.get(object_id)
        if stored is None or stored["object"] != kind:
            raise NotFound(f"No such {kind}: '{object_id}'")
        return stored

    def find(self, kind: str, **filters: Any) -> list[Object]:
        """Objects of a kind with these values, newest first."""
        filters["object"] = kind
        return [o for o in reversed(self.objects.values()) if all(o.get(name) == v for name, v in filters.items())]

    def create_customer(self, params: Object) -> Object:
        """Create a customer."""
        return self._create("cus", "customer", email=params.get("email"), metadata=params.get("metadata", {}))

    def delete_customer(self, customer_id: str) -> None:
        """Delete a customer and end their subscriptions."""
        customer = self.get(customer_id, "customer")
        for subscription in self.find("subscription", customer=customer_id):
            if subscription["status"] not in {"canceled", "incomplete_expired"}:
                self.end(subscription["id"])
        del self.objects[customer_id]
        self.emit("customer.deleted", customer)

    def open_checkout(self, params: Object, url: str) -> Object:
        """Create a checkout session with a page below a base URL."""
        self.get(params["customer"], "customer")
        session = self._create(
            "cs_test",
            "checkout.session",
            mode=params["mode"],
            customer=params["customer"],
            client_reference_id=params.get("client_reference_id"),
            metadata=params.get("metadata", {}),
            success_url=params["success_url"],
            cancel_url=params["cancel_url"],
            status="open",
            payment_status="unpaid",
            subscription=None,
            _price=params["line_items"]["0"]["price"],
            _data=params.get("subscription_data", {}),
        )
        session["url"] = f"{url}/pay/{session['id']}"
        return session

    def expire(self, session_id: str) -> Object:
        """Expire a checkout session."""
        session = self.get(session_id, "checkout.session")
        if session["status"] != "open":
            raise InvalidState(f'Only Checkout Sessions with a status in ["open"] can be expired: {session["status"]}')
        session.update(status="expired", url=None)
        return session

    def pay(self, session_id: str) -> Object:
        """Complete a checkout session: create a subscription with a trial or a payment."""
        session = self.get(session_id, "checkout.session")
        if session["status"] != "open":
            raise InvalidState("This page is closed")
        data, start = session["_data"], self._seconds()
        trial = int(data.get("trial_period_days", 0))
        end = start + int((timedelta(days=trial) if trial else MONTH).total_seconds())
        item = {
            "id": f"si_{uuid4().hex}",
            "object": "subscription_item",
            "price": {"id": session["_price"], "object": "price"},
            "quantity": 1,
            "current_period_start": start,
            "current_period_end": end,
        }
        subscription = self._create(
            "sub",
            "subscription",
            customer=session["customer"],
            status="trialing" if trial else "active",
            items={"object": "list", "data": [item], "has_more": False},
            metadata=data.get("metadata", {}),
            cancel_at_period_end=False,
            cancel_at=None,
            canceled_at=None,
            trial_start=start if trial else None,
            trial_end=end if trial else None,
            start_date=start,
            billing_mode={"type": "flexible"},
            latest_invoice=None,
            _card="good",
        )
        self.emit("customer.subscription.created", subscription)
        self._bill(subscription, 0 if trial else PRICES.get(session["_price"], 500))
        session.update(status="complete", payment_status="paid", subscription=subscription["id"], url=None)
        self.emit("checkout.session.completed", session)
        return session

    def end(self, subscription_id: str) -> Object:
        """End a subscription at once."""
        subscription = self.get(subscription_id, "subscription")
        if subscription["status"] in {"canceled", "incomplete_expired"}:
            raise InvalidState("The subscription has ended")
        subscription.update(status="canceled", canceled_at=self._seconds(), ended_at=self._seconds())
        self.emit("customer.subscription.deleted", subscription)
        return subscription

    def update(self, subscription_id: str, params: Object) -> Object:
        """Change the renewal or the price of a subscription."""
        subscription = self.get(subscription_id, "subscription")
        if subscription["status"] == "canceled":
            raise InvalidState("A canceled subscription can only update its cancellation_details")
        if "cancel_at_period_end" in params:
            ends = params["cancel_at_period_end"] == "true"
            at = subscription["items"]["data"][0]["current_period_end"] if ends else None
            subscription.update(cancel_at_period_end=ends, cancel_at=at)
        if "price" in params:
            subscription["items"]["data"][0]["price"]["id"] = params["price"]
        self.emit("customer.subscription.updated", subscription)
        return subscription

    def set_card(self, customer_id: str, *, good: bool) -> None:
        """Set whether a customer's card works; a good one pays open invoices."""
        for subscription in self.find("subscription", customer=customer_id):
            subscription.update(_card="good" if good else "bad")
            if good and subscription["status"] == "past_due":
                self._settle(self.get(subscription["latest_invoice"], "invoice"))
                subscription.update(status="active")
                self.emit("customer.subscription.updated", subscription)

    def advance(self) -> None:
        """Process everything due until now: renewals, cancellations, failed payments, ends of dunning."""
        for subscription in self.find("subscription"):
            item = subscription["items"]["data"][0]
            while subscription["status"] in {"trialing", "active"} and item["current_period_end"] <= self._seconds():
                self._renew(subscription)
            if subscription["status"] == "past_due":
                invoice = self.get(subscription["latest_invoice"], "invoice")
                if invoice["created"] + DUNNING_PERIOD.total_seconds() <= self._seconds():
                    self.end(subscription["id"])

    def refund(self, customer_id: str) -> None:
        """Refund a customer's last payment in full."""
        charge = self._last_charge(customer_id)
        charge.update(refunded=True, amount_refunded=charge["amount"])
        self.emit("charge.refunded", charge)

    def dispute(self, customer_id: str) -> None:
        """Open a dispute of a customer's last payment."""
        charge = self._last_charge(customer_id)
        charge.update(disputed=True)
        dispute = self._create("dp", "dispute", charge=charge["id"], status="needs_response", amount=charge["amount"])
        self.emit("charge.dispute.created", dispute)

    def close_disputes(self, customer_id: str, status: str) -> None:
        """Close a customer's disputes as `won` or `lost`."""
        for charge in self.find("charge", customer=customer_id):
            for dispute in self.find("dispute", charge=charge["id"]):
                dispute.update(status=status)
                self.emit("charge.dispute.closed", dispute)

    def save(self) -> None:
        """Write the objects to the file."""
        if self._file:
            self._file.write_text(json.dumps(self.objects))

    def _renew(self, subscription: Object) -> None:
        item = subscription["items"]["data"][0]
        if subscription["cancel_at_period_end"]:
            self.end(subscription["id"])
            return
        start = item["current_period_end"]
        item |= {"current_period_start": start, "current_period_end": start + int(MONTH.total_seconds())}
        subscription.update(status="active")
        paid = self._bill(subscription, PRICES.get(item["price"]["id"], 500), start)
        if not paid:
            subscription.update(status="past_due")
        self.emit("customer.subscription.updated", subscription)

    def _bill(self, subscription: Object, amount: int, at: int | None = None) -> bool:
        """Create an invoice and charge it; returns whether it was paid."""
        parent = {
            "type": "subscription_details",
            "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
        }
        invoice = self._create(
            "in",
            "invoice",
            customer=subscription["customer"],
            parent=parent,
            status="open",
            amount_due=amount,
            created=at or self._seconds(),
        )
        subscription.update(latest_invoice=invoice["id"])
        if subscription["_card"] == "good":
            self._settle(invoice)
            return True
        self.emit("invoice.payment_failed", invoice)
        return False

    def _settle(self, invoice: Object) -> None:
        invoice.update(status="paid")
        if invoice["amount_due"]:
            customer, amount = invoice["customer"], invoice["amount_due"]
            intent = self._create("pi", "payment_intent", customer=customer, amount=amount, status="succeeded")
            charge = self._create(
                "ch",
                "charge",
                customer=customer,
                amount=amount,
                amount_refunded=0,
                payment_intent=intent["id"],
                paid=True,
                status="succeeded",
                refunded=False,
                disputed=False,
            )
            intent.update(latest_charge=charge["id"])
            payment = {"type": "payment_intent", "payment_intent": intent["id"]}
            self._create("inpay", "invoice_payment", invoice=invoice["id"], status="paid", payment=payment)
        self.emit("invoice.paid", invoice)

    def _last_charge(self, customer_id: str) -> Object:
        charges = self.find("charge", customer=customer_id)
        if not charges:
            raise InvalidState("nothing was paid yet")
        return charges[0]

    def _create(self, prefix: str, kind: str, **values: Any) -> Object:
        object_id = f"{prefix}_{uuid4().hex}"
        created = {"id": object_id, "object": kind, "created": self._seconds(), "livemode": False, **values}
        self.objects[object_id] = created
        return created

    def emit(self, event_type: str, subject: Object) -> None:
        """Add an event about an object."""
        event = {
            "id": f"evt_{uuid4().hex}",
            "object": "event",
            "api_version": API_VERSION,
            "created": self._seconds(),
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": event_type,
            "data": {"object": public_fields(subject)},
        }
        self.events.append(json.loads(json.dumps(event)))

    def _seconds(self) -> int:
        return int(self._now().timestamp())


def public_fields(stored: Object) -> Object:
    """An object as returned by the API, without private fields."""
    return {name: value for name, value in stored.items() if not name.startswith("_")}
