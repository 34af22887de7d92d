"""People who pay: Stripe's customers and their subscriptions as Stripe last stated them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from shared.accounts.plans import Plan
from shared.stores.database import Connection, fetch_all, fetch_one

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
    """A person who pays, paid or was about to: who, Stripe's id, and the plan that Stripe's word last gave them."""

    user_id: UUID
    customer_id: str
    plan: str


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription as Stripe stated it, and what it entitles to."""

    subscription_id: str
    status: str
    price_id: str | None
    plan: str
    entitled_until: datetime | None
    created_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None
    cancel_at_period_end: bool
    refunded_or_disputed: bool


ADD = "INSERT INTO customers (user_id, customer_id, synced_at) VALUES (%(user_id)s, %(customer_id)s, %(now)s)"


def add(db: Connection, user_id: UUID, customer_id: str, now: datetime) -> None:
    """Write down a person's customer.

    Raises:
        psycopg.errors.UniqueViolation: the person has one, or the customer is another's.
    """
    db.execute(ADD, {"user_id": user_id, "customer_id": customer_id, "now": now})


OF_PERSON = "SELECT user_id, customer_id, plan FROM customers WHERE user_id = %(user_id)s"


def of_person(db: Connection, user_id: UUID) -> CustomerRow | None:
    """A person's customer."""
    return fetch_one(db, CustomerRow, OF_PERSON, {"user_id": user_id})


BY_ID = "SELECT user_id, customer_id, plan FROM customers WHERE customer_id = %(customer_id)s"


def by_id(db: Connection, customer_id: str) -> CustomerRow | None:
    """The person that a customer is; None for one that we did not make."""
    return fetch_one(db, CustomerRow, BY_ID, {"customer_id": customer_id})


LEAST_RECENTLY_SYNCED = """
    SELECT user_id, customer_id, plan FROM customers WHERE synced_at < %(before)s ORDER BY synced_at, user_id
"""


def least_recently_synced(db: Connection, before: datetime) -> list[CustomerRow]:
    """Whom Stripe was last asked about before an instant, the longest ago first."""
    return fetch_all(db, CustomerRow, LEAST_RECENTLY_SYNCED, {"before": before})


def subscriptions(db: Connection, user_id: UUID) -> list[SubscriptionRow]:
    """A person's subscriptions, the newest first."""
    return fetch_all(db, SubscriptionRow, SUBSCRIPTIONS, {"user_id": user_id})


MARK_SYNCED = "UPDATE customers SET plan = %(plan)s, synced_at = %(now)s WHERE user_id = %(user_id)s"


def mark_synced(db: Connection, user_id: UUID, plan: Plan, now: datetime) -> None:
    """Write down that Stripe was asked about a person, and what its word gives them."""
    db.execute(MARK_SYNCED, {"user_id": user_id, "plan": plan, "now": now})


MARK_ALL_SYNCED = "UPDATE customers SET synced_at = %(now)s WHERE user_id = ANY(%(user_ids)s)"


def mark_all_synced(db: Connection, user_ids: Sequence[UUID], now: datetime) -> None:
    """Write down that Stripe was asked about people, whose subscriptions stay as they are written."""
    db.execute(MARK_ALL_SYNCED, {"user_ids": list(user_ids), "now": now})


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
    """Write a person's subscriptions in place of those that are written."""
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
