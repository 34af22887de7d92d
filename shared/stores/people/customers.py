"""Stripe customers and their subscriptions as of the last synchronisation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.plans import Plan
from shared.stores.database import Connection, fetch_all, fetch_one, fetch_value

REMOVE_SUBSCRIPTIONS = "DELETE FROM subscriptions WHERE user_id = %(user_id)s"
SUBSCRIPTIONS = """
    SELECT
        subscription_id, status, price_id, plan, entitled_until, created_at, period_start, period_end, trial_end,
        cancel_at_period_end, refunded_or_disputed
    FROM subscriptions
    WHERE user_id = %(user_id)s
    ORDER BY created_at DESC, subscription_id
"""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A user's Stripe customer, and the plan from the last synchronisation."""

    user_id: UUID
    customer_id: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A Stripe subscription and its entitlement."""

    subscription_id: str
    status: str
    price_id: str | None
    plan: Plan
    entitled_until: datetime | None
    created_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None
    cancel_at_period_end: bool
    refunded_or_disputed: bool


ADD = "INSERT INTO customers (user_id, customer_id, synced_at) VALUES (%(user_id)s, %(customer_id)s, %(now)s)"


def add(db: Connection, user_id: UUID, customer_id: str, now: datetime) -> None:
    """Add a user's Stripe customer.

    Raises:
        psycopg.errors.UniqueViolation: the user already has one, or the customer belongs to another user.
    """
    db.execute(ADD, {"user_id": user_id, "customer_id": customer_id, "now": now})


OF_PERSON = "SELECT user_id, customer_id, plan FROM customers WHERE user_id = %(user_id)s"


def of_person(db: Connection, user_id: UUID) -> CustomerRow | None:
    """A user's customer."""
    return fetch_one(db, CustomerRow, OF_PERSON, {"user_id": user_id})


BY_ID = "SELECT user_id, customer_id, plan FROM customers WHERE customer_id = %(customer_id)s"


def by_id(db: Connection, customer_id: str) -> CustomerRow | None:
    """The user of a customer; None if we did not create it."""
    return fetch_one(db, CustomerRow, BY_ID, {"customer_id": customer_id})


TAKE = """
    UPDATE customers SET taken_until = %(until)s
    WHERE user_id = (
        SELECT user_id FROM customers
        WHERE synced_at < %(synced_before)s AND taken_until <= %(now)s
        ORDER BY synced_at, user_id
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING user_id, customer_id, plan
"""


def take(db: Connection, synced_before: datetime, now: datetime, until: datetime) -> CustomerRow | None:
    """Lease the customer synced longest ago; None if every other one is leased or was synced after an instant."""
    return fetch_one(db, CustomerRow, TAKE, {"synced_before": synced_before, "now": now, "until": until})


COUNT_UNSYNCED = "SELECT count(*) FROM customers WHERE synced_at < %(synced_before)s"


def count_unsynced(db: Connection, synced_before: datetime) -> int:
    """Number of customers last synced before an instant."""
    return fetch_value(db, COUNT_UNSYNCED, {"synced_before": synced_before})


def subscriptions(db: Connection, user_id: UUID) -> list[SubscriptionRow]:
    """A user's subscriptions, newest first."""
    return fetch_all(db, SubscriptionRow, SUBSCRIPTIONS, {"user_id": user_id})


MARK_SYNCED = """
    UPDATE customers SET plan = %(plan)s, synced_at = %(now)s, taken_until = 'epoch' WHERE user_id = %(user_id)s
"""


def mark_synced(db: Connection, user_id: UUID, plan: Plan, now: datetime) -> None:
    """Record a synchronisation and the resulting plan, and end the lease."""
    db.execute(MARK_SYNCED, {"user_id": user_id, "plan": plan, "now": now})


MARK_CHECKED = """
    UPDATE customers SET synced_at = greatest(synced_at, %(now)s), taken_until = 'epoch' WHERE user_id = %(user_id)s
"""


def mark_checked(db: Connection, user_id: UUID, now: datetime) -> None:
    """Record a synchronisation without changes, and end the lease."""
    db.execute(MARK_CHECKED, {"user_id": user_id, "now": now})


ADD_SUBSCRIPTION = """
    INSERT INTO subscriptions (
        subscription_id, user_id, status, price_id, plan, entitled_until, created_at, period_start, period_end,
        trial_end, cancel_at_period_end, refunded_or_disputed
    )
    VALUES (
        %(subscription_id)s, %(user_id)s, %(status)s, %(price_id)s, %(plan)s, %(entitled_until)s, %(created_at)s,
        %(period_start)s, %(period_end)s, %(trial_end)s, %(cancel_at_period_end)s, %(refunded_or_disputed)s
    )
"""


def replace(db: Connection, user_id: UUID, rows: Sequence[SubscriptionRow]) -> None:
    """Replace a user's subscriptions."""
    db.execute(REMOVE_SUBSCRIPTIONS, {"user_id": user_id})
    for row in rows:
        db.execute(ADD_SUBSCRIPTION, {"user_id": user_id, **asdict(row)})


EXPORT: dict[str, LiteralString] = {
    "customers": "SELECT customer_id, plan, synced_at FROM customers WHERE user_id = %(user_id)s",
    "subscriptions": SUBSCRIPTIONS,
}
ERASE: tuple[LiteralString, ...] = (
    "SELECT FROM customers WHERE user_id = %(user_id)s FOR UPDATE",
    REMOVE_SUBSCRIPTIONS,
    "DELETE FROM customers WHERE user_id = %(user_id)s",
)
