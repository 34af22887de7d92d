"""What a person pays for: asked of Stripe, decided, written down. No event's word counts, and no order of events."""

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
    """Something about money that one of us must look at; never holds a name or an address."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What Stripe states of a person: their subscriptions, and what those give; `faults` are for us to look at."""

    rows: list[SubscriptionRow]
    plan: Plan
    faults: list[str]


def prices() -> dict[str, Plan]:
    """The plan of each price that we sell.

    Raises:
        SettingsError: a price is not set.
    """
    told = settings()
    return {
        told.require("stripe_price_premium"): Plan.PREMIUM,
        told.require("stripe_price_elite"): Plan.ELITE,
    }


def ask(customer: CustomerRow, now: datetime) -> Stated:
    """What Stripe states of a person, and what follows from it.

    Raises:
        UpstreamError: it does not say.
    """
    sold = prices()
    rows: list[SubscriptionRow] = []
    faults: list[str] = []
    given = []
    for told in wiring.stripe_payments().subscriptions(customer.customer_id):
        entitlement = entitlement_from(told, customer.user_id, sold, now)
        given.append(entitlement)
        rows.append(_row(told, entitlement.plan, entitlement.until))
        if entitlement.fault:
            faults.append(f"{told.subscription_id}: {entitlement.fault}")
    rows.sort(key=lambda row: row.subscription_id)
    rows.sort(key=lambda row: row.created_at, reverse=True)
    return Stated(rows, highest(given).plan, faults)


def bring_in(db: Connection, customer: CustomerRow, now: datetime) -> Stated:
    """Ask Stripe about a person and write down what it states; whoever calls this calls `standing.changed` after it.

    The person's account is held from before the question until the transaction ends. So of two that ask at once the
    later writes what is the newer.

    Raises:
        UpstreamError: Stripe does not say.
    """
    accounts.hold(db, customer.user_id, Plan.FREE, now)
    stated = ask(customer, now)
    customers.replace(db, customer.user_id, stated.rows)
    customers.asked(db, customer.user_id, stated.plan, now)
    # Whoever pays nothing, neither now nor before, keeps what else they were given.
    if {stated.plan, customer.plan} != {Plan.FREE}:
        accounts.set_plan(db, customer.user_id, stated.plan, now)
    for fault in stated.faults:
        alert(fault)
    return stated


def alert(message: str) -> None:
    """Tell us of something about money."""
    logs.write(logging.ERROR, "billing alert", error=message)
    error_reports.capture(BillingAlert(message))


def _row(told: Subscription, plan: Plan, until: datetime | None) -> SubscriptionRow:
    return SubscriptionRow(
        subscription_id=told.subscription_id,
        status=told.status,
        price_id=told.price_id,
        plan=plan,
        entitled_until=until,
        created_at=told.created_at,
        period_start=told.period_start,
        period_end=told.period_end,
        trial_end=told.trial_end,
        ends_with_period=told.ends_with_period,
        taken_back=told.taken_back,
    )
