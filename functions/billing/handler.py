"""Subscriptions through Stripe. HTTP: GET /api/v1/stripe/subscription, POST /api/v1/stripe/…-session, …"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from functions.billing import schemas
from shared.accounts.plans import Plan
from shared.accounts.subscription_status import LIVE_STATUSES, trial_used
from shared.clients.payments.stripe_payments import StripePayments
from shared.runtime import clock, wiring
from shared.runtime.settings import DEFAULT_CORS_ORIGINS, settings
from shared.services import billing, supabase_sync
from shared.stores.people import accounts, customers
from shared.stores.people.customers import CustomerRow, SubscriptionRow
from shared.web.app import Connection, http_app, lambda_handler
from shared.web.authentication import Person, require_user_id
from shared.web.errors import BadRequest
from shared.web.idempotency import idempotent

app = http_app("billing")

PATH = "/api/v1/stripe"


@app.post(
    f"{PATH}/create-checkout-session",
    operation_id="create_checkout_session_api_v1_stripe_create_checkout_session_post",
    tags=["Payments"],
)
@idempotent
async def subscribe(reader: Person, db: Connection, request: schemas.CreateCheckoutRequest) -> schemas.CheckoutResponse:
    """Create a Stripe checkout session, or return the open one for the same request.

    A user has at most one open session, and none with a live subscription, so that no user pays twice. The first
    subscription starts with a trial of seven days.
    """
    _check_origins(success_url=request.success_url, cancel_url=request.cancel_url)
    if not reader.email:
        raise BadRequest("needs_email")
    user_id, now, payments = require_user_id(reader), clock.now(), wiring.stripe_payments()
    (price,) = [price for price, plan in billing.plans_by_price().items() if plan == request.plan]
    accounts.prevent_deletion(db, user_id)
    accounts.lock(db, user_id, reader.plan, now)  # serialises concurrent requests of one user
    customer = customers.of_person(db, user_id)
    if customer is None:
        customer = CustomerRow(user_id, payments.create_customer(user_id, reader.email), Plan.FREE)
        customers.add(db, user_id, customer.customer_id, now)
    checkout = None
    for session in payments.open_checkouts(customer.customer_id):
        if checkout is None and session.made_for == (price, request.success_url, request.cancel_url):
            checkout = session
        else:
            payments.expire_checkout(session.session_id)
    before = payments.subscriptions(customer.customer_id)  # read after closing sessions, which can add none any more
    if any(each.live for each in before):
        raise BadRequest("already_subscribed")
    checkout = checkout or payments.create_checkout(
        customer.customer_id, user_id, price, request.success_url, request.cancel_url, trial=not trial_used(before)
    )
    return schemas.CheckoutResponse(session_id=checkout.session_id, checkout_url=checkout.url)


@app.post(
    f"{PATH}/create-portal-session",
    operation_id="create_portal_session_api_v1_stripe_create_portal_session_post",
    tags=["Payments"],
)
async def open_portal(reader: Person, db: Connection, request: schemas.PortalRequest) -> schemas.PortalResponse:
    """Create a customer portal session: invoices, card, change of plan, cancellation."""
    _check_origins(return_url=request.return_url)
    customer = customers.of_person(db, require_user_id(reader))
    if customer is None:
        raise BadRequest("no_customer")
    return schemas.PortalResponse(
        portal_url=wiring.stripe_payments().create_portal_session(customer.customer_id, request.return_url)
    )


@app.get(f"{PATH}/subscription", operation_id="get_subscription_api_v1_stripe_subscription_get", tags=["Payments"])
async def read_subscription(reader: Person, db: Connection) -> schemas.SubscriptionResponse | None:
    """The user's live subscription; null without one."""
    row = _live(customers.subscriptions(db, require_user_id(reader)))
    if row is None:
        return None
    return schemas.SubscriptionResponse(
        id=row.subscription_id,
        status=row.status,
        plan=row.plan,
        current_period_start=row.period_start,
        current_period_end=row.period_end,
        cancel_at_period_end=row.cancel_at_period_end,
        entitled_until=row.entitled_until,
        trial_end=row.trial_end,
    )


@app.post(
    f"{PATH}/cancel-subscription",
    operation_id="cancel_subscription_api_v1_stripe_cancel_subscription_post",
    tags=["Payments"],
)
async def cancel(reader: Person, request: schemas.CancelRequest | None = None) -> schemas.SubscriptionChangeResponse:
    """Cancel the subscription, at the end of the paid period or immediately."""

    def end(payments: StripePayments, subscription_id: str) -> None:
        if request is not None and request.immediate:
            payments.cancel(subscription_id)
        else:
            payments.set_renewal(subscription_id, renew=False)

    return _change(require_user_id(reader), end)


@app.post(
    f"{PATH}/resume-subscription",
    operation_id="resume_subscription_api_v1_stripe_resume_subscription_post",
    tags=["Payments"],
)
async def resume(reader: Person) -> schemas.SubscriptionChangeResponse:
    """Resume a subscription that was to end with its period."""
    return _change(
        require_user_id(reader), lambda payments, subscription_id: payments.set_renewal(subscription_id, renew=True)
    )


def _change(user_id: UUID, change: Callable[[StripePayments, str], None]) -> schemas.SubscriptionChangeResponse:
    """Change a user's live subscription at Stripe, and store its new state."""
    db, now = wiring.database(), clock.now()
    with db.transaction():
        customer = customers.of_person(db, user_id)
        if customer is None:
            raise BadRequest("no_subscription")
        accounts.prevent_deletion(db, user_id)
        accounts.lock(db, user_id, Plan.FREE, now)
        before = _live(billing.fetch_state(customer, now).rows)
        if before is None:
            raise BadRequest("no_subscription")
        change(wiring.stripe_payments(), before.subscription_id)
        rows = billing.sync(db, customer, now).rows
    supabase_sync.publish_plan(user_id)
    (after,) = [row for row in rows if row.subscription_id == before.subscription_id]
    return schemas.SubscriptionChangeResponse(
        id=after.subscription_id, status=after.status, cancel_at_period_end=after.cancel_at_period_end
    )


def _live(rows: Sequence[SubscriptionRow]) -> SubscriptionRow | None:
    return next((row for row in rows if row.status in LIVE_STATUSES), None)


def _check_origins(**addresses: str) -> None:
    """Check that redirect URLs are on our own origins, to prevent open redirects."""
    for field, address in addresses.items():
        try:
            parts = urlsplit(address)
        except ValueError:  # malformed, such as with an unclosed bracket
            raise BadRequest("address_not_ours", field=field) from None
        if f"{parts.scheme}://{parts.netloc}" not in {*DEFAULT_CORS_ORIGINS, *settings().cors_origins}:
            raise BadRequest("address_not_ours", field=field)


handler = lambda_handler(app)
