"""Stripe: customers, Checkout, the customer portal and subscriptions, in the API version of its SDK."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from shared.accounts.subscription_status import Subscription
from shared.clients.errors import InvalidResponse, Rejected, Unavailable
from shared.clients.fact_sheets import STRIPE_VERSION

if TYPE_CHECKING:
    import stripe

API_VERSION = STRIPE_VERSION
"""The version of stripe 16.1.0, as a test checks. The webhook endpoint must be created with the same version."""
TRIAL_DAYS = 7
CONNECT_TIMEOUT, READ_TIMEOUT = 2, 5
"""Seconds."""
RETRIES = 1
"""The SDK repeats the idempotency key, so retries are safe."""
MAX_SUBSCRIPTIONS = 100
"""Of one customer: Stripe's page size limit."""
DISPUTES_WON = frozenset({"won", "warning_closed", "prevented"})
"""Statuses of disputes in which we keep the money."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A Checkout session: its id, its URL, and the price and return URLs that it was created for."""

    session_id: str
    url: str
    made_for: tuple[str, str, str]


class StripePayments:
    """One Stripe account. The SDK is imported with the first call.

    Every method raises these:
        Unavailable: Stripe is unreachable, too slow, broken or rate-limits us.
        Rejected: other 4xx.
        InvalidResponse: an unreadable response.

    Args:
        url: URL of the API, such as https://api.stripe.com.
    """

    def __init__(self, key: str, url: str) -> None:
        self._key, self._url = key, url
        self.live = key.startswith(("sk_live_", "rk_live_"))

    def create_customer(self, user_id: UUID, email: str) -> str:
        """Create a customer and return their id; idempotent within a day."""
        with _translate_errors():
            customer = self._api.v1.customers.create(
                {"email": email, "metadata": {"user_id": str(user_id)}},
                {"idempotency_key": f"customer-{uuid5(user_id, email)}"},
            )
            return customer.id

    def delete_customer(self, customer_id: str) -> None:
        """Delete a customer, which cancels their subscriptions at once; idempotent."""
        try:
            with _translate_errors():
                self._api.v1.customers.delete(customer_id)
        except Rejected as error:
            if error.status != 404:
                raise

    def open_checkouts(self, customer_id: str) -> list[Checkout]:
        """A customer's open Checkout sessions."""
        with _translate_errors():
            found = self._api.v1.checkout.sessions.list({"customer": customer_id, "status": "open"})
            return [_parse_checkout(session) for session in found.data]

    def expire_checkout(self, session_id: str) -> None:
        """Expire a Checkout session."""
        with _translate_errors():
            self._api.v1.checkout.sessions.expire(session_id)

    def create_checkout(
        self, customer_id: str, user_id: UUID, price_id: str, success_url: str, cancel_url: str, *, trial: bool
    ) -> Checkout:
        """Create a Checkout session for a subscription.

        Args:
            user_id: our id of the person, stored in the metadata of session and subscription.
            trial: whether it begins with a free trial.
        """
        metadata = {"user_id": str(user_id), "price": price_id}
        params: Any = {
            "mode": "subscription",
            "customer": customer_id,
            "client_reference_id": str(user_id),
            "line_items": [{"price": price_id, "quantity": 1}],
            "success_url": success_url,
            "cancel_url": cancel_url,
            "metadata": metadata,
            "subscription_data": {"metadata": metadata, **({"trial_period_days": TRIAL_DAYS} if trial else {})},
        }
        with _translate_errors():
            return _parse_checkout(self._api.v1.checkout.sessions.create(params))

    def create_portal_session(self, customer_id: str, return_url: str) -> str:
        """Create a customer portal session and return its URL, which grants access: never log it."""
        with _translate_errors():
            session = self._api.v1.billing_portal.sessions.create({"customer": customer_id, "return_url": return_url})
            return session.url

    def cancel(self, subscription_id: str) -> None:
        """Cancel a subscription at once."""
        with _translate_errors():
            self._api.v1.subscriptions.cancel(subscription_id)

    def set_renewal(self, subscription_id: str, *, renew: bool) -> None:
        """Set whether a subscription renews after the current period."""
        with _translate_errors():
            self._api.v1.subscriptions.update(subscription_id, {"cancel_at_period_end": not renew})

    def customer_of_charge(self, charge_id: str) -> str | None:
        """The customer of a charge."""
        with _translate_errors():
            return _object_id(self._api.v1.charges.retrieve(charge_id).customer)

    def subscriptions(self, customer_id: str) -> list[Subscription]:
        """A customer's current and ended subscriptions; empty for a deleted customer."""
        params: Any = {
            "customer": customer_id,
            "status": "all",
            "expand": ["data.latest_invoice"],
            "limit": MAX_SUBSCRIPTIONS,
        }
        try:
            with _translate_errors():
                return [self._parse_subscription(each) for each in self._api.v1.subscriptions.list(params).data]
        except Rejected as error:
            if error.status != 404:
                raise
            return []

    def close(self) -> None:
        """Close the connections."""
        if "_http" in vars(self):
            self._http.close()

    def _parse_subscription(self, subscription: stripe.Subscription) -> Subscription:
        items = subscription["items"].data  # not `.items`, which is the mapping's method
        invoice: Any = subscription.latest_invoice
        return Subscription(
            subscription_id=subscription.id,
            status=subscription.status,
            owner_id=subscription.metadata.to_dict().get("user_id"),
            price_id=items[0].price.id if len(items) == 1 else None,
            created_at=_to_datetime(subscription.created),
            period_start=_to_datetime(min(item.current_period_start for item in items)),
            period_end=_to_datetime(max(item.current_period_end for item in items)),
            trial_end=_to_datetime(subscription.trial_end) if subscription.trial_end else None,
            cancel_at_period_end=subscription.cancel_at_period_end or subscription.cancel_at is not None,
            unpaid_since=_to_datetime(invoice.created)
            if invoice and invoice.status in {"open", "uncollectible"}
            else None,
            refunded_or_disputed=subscription.status in {"active", "past_due"}
            and invoice is not None
            and self._is_reversed(invoice.id),
        )

    def _is_reversed(self, invoice_id: str) -> bool:
        expand = ["data.payment.payment_intent.latest_charge"]
        payments = self._api.v1.invoice_payments.list({"invoice": invoice_id, "status": "paid", "expand": expand})
        intents: list[Any] = [each.payment.payment_intent for each in payments.data if each.payment.payment_intent]
        charges = [intent.latest_charge for intent in intents if intent.latest_charge]
        return any(charge.refunded or (charge.disputed and self._has_lost_dispute(charge.id)) for charge in charges)

    def _has_lost_dispute(self, charge_id: str) -> bool:
        disputes = self._api.v1.disputes.list({"charge": charge_id})
        return any(dispute.status not in DISPUTES_WON for dispute in disputes.data)

    @cached_property
    def _http(self) -> stripe.RequestsClient:
        import stripe  # noqa: PLC0415  # see the class

        return stripe.RequestsClient(timeout=(CONNECT_TIMEOUT, READ_TIMEOUT))

    @cached_property
    def _api(self) -> stripe.StripeClient:
        import stripe  # noqa: PLC0415  # see the class

        return stripe.StripeClient(
            self._key,
            base_addresses={"api": self._url},
            stripe_version=API_VERSION,
            max_network_retries=RETRIES,
            http_client=self._http,
        )


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate Stripe's exceptions, without their messages, which may quote the request."""
    import stripe  # noqa: PLC0415  # see the class

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unavailable(f"Stripe cannot be reached, or its rate limit is exceeded ({type(error).__name__})") from None
    except stripe.StripeError as error:
        status = error.http_status or 500
        if status >= 500:
            raise Unavailable(f"Stripe answered {status}") from None
        raise Rejected(f"Stripe answered {status} ({type(error).__name__}, {error.code})", status) from None
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise InvalidResponse("Stripe's answer is not of the version that we speak") from error


def _parse_checkout(session: stripe.checkout.Session) -> Checkout:
    metadata = session.metadata.to_dict() if session.metadata else {}
    made_for = (metadata.get("price", ""), session.success_url or "", session.cancel_url or "")
    return Checkout(session.id, session.url or "", made_for)


def _object_id(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else value.id


def _to_datetime(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
