"""Synchronisation of subscriptions from Stripe. It fetches the current state, so the order of events is irrelevant.

A failure of Stripe is an `UpstreamError`.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from shared.accounts.plans import Plan
from shared.accounts.subscription_status import Subscription, entitlement_from, highest
from shared.runtime import error_reports, logs, wiring
from shared.runtime.settings import settings
from shared.stores.database import Connection
from shared.stores.people import accounts, customers
from shared.stores.people.customers import CustomerRow, SubscriptionRow


class BillingAlert(Exception):
    """A billing problem that needs manual review; contains no personal data."""


@dataclass(frozen=True, slots=True)
class BillingState:
    """A person's subscriptions at Stripe and the plan that they give; `faults` need manual review."""

    rows: list[SubscriptionRow]
    plan: Plan
    faults: list[str]


def plans_by_price() -> dict[str, Plan]:
    """The plan of each Stripe price id."""
    config = settings()
    return {
        config.require("stripe_price_premium"): Plan.PREMIUM,
        config.require("stripe_price_elite"): Plan.ELITE,
    }


def fetch_state(customer: CustomerRow, now: datetime) -> BillingState:
    """Fetch a person's subscriptions from Stripe and derive their plan."""
    plans = plans_by_price()
    rows: list[SubscriptionRow] = []
    faults: list[str] = []
    entitlements = []
    for subscription in wiring.stripe_payments().subscriptions(customer.customer_id):
        entitlement = entitlement_from(subscription, customer.user_id, plans, now)
        entitlements.append(entitlement)
        rows.append(_row(subscription, entitlement.plan, entitlement.until))
        if entitlement.fault:
            faults.append(f"{subscription.subscription_id}: {entitlement.fault}")
    rows.sort(key=lambda row: row.subscription_id)
    rows.sort(key=lambda row: row.created_at, reverse=True)
    return BillingState(rows, highest(entitlements).plan, faults)


def sync(db: Connection, customer: CustomerRow, now: datetime) -> BillingState:
    """Fetch a person's state from Stripe and store it; call `supabase_sync.publish_plan` after the commit.

    The account row is locked before the request until the end of the transaction, so that of two concurrent calls the
    later one stores the newer state.
    """
    accounts.lock(db, customer.user_id, Plan.FREE, now)
    state = fetch_state(customer, now)
    customers.replace(db, customer.user_id, state.rows)
    customers.mark_synced(db, customer.user_id, state.plan, now)
    # A person who never paid keeps a plan granted otherwise.
    if {state.plan, customer.plan} != {Plan.FREE}:
        accounts.set_plan(db, customer.user_id, state.plan, now)
    for fault in state.faults:
        alert(fault)
    return state


def alert(message: str) -> None:
    """Log and report a billing problem."""
    logs.write(logging.ERROR, "billing alert", error=message)
    error_reports.capture(BillingAlert(message))


def _row(subscription: Subscription, plan: Plan, until: datetime | None) -> SubscriptionRow:
    return SubscriptionRow(
        subscription_id=subscription.subscription_id,
        status=subscription.status,
        price_id=subscription.price_id,
        plan=plan,
        entitled_until=until,
        created_at=subscription.created_at,
        period_start=subscription.period_start,
        period_end=subscription.period_end,
        trial_end=subscription.trial_end,
        cancel_at_period_end=subscription.cancel_at_period_end,
        refunded_or_disputed=subscription.refunded_or_disputed,
    )
