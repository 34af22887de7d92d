"""People who pay: Stripe's customers and their subscriptions as Stripe last stated them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row, dict_row

from shared.accounts.plans import Plan
from shared.stores.database import Connection

ADD = "INSERT INTO customers (user_id, customer_id, synced_at) VALUES (%(user_id)s, %(customer_id)s, %(now)s)"
OF_PERSON = "SELECT user_id, customer_id, plan FROM customers WHERE user_id = %(user_id)s"
BY_ID = "SELECT user_id, customer_id, plan FROM customers WHERE customer_id = %(customer_id)s"
LEAST_RECENTLY_SYNCED = """
    SELECT user_id, customer_id, plan FROM customers WHERE synced_at < %(before)s ORDER BY synced_at, user_id
"""
MARK_SYNCED = "UPDATE customers SET plan = %(plan)s, synced_at = %(now)s WHERE user_id = %(user_id)s"
MARK_ALL_SYNCED = "UPDATE customers SET synced_at = %(now)s WHERE user_id = ANY(%(user_ids)s)"
REMOVE_SUBSCRIPTIONS = "DELETE FROM subscriptions WHERE user_id = %(user_id)s"
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
SUBSCRIPTIONS = """
    SELECT
        subscription_id, status, price_id, plan, entitled_until, created_at, period_start, period_end, trial_end,
        cancel_at_period_end, refunded_or_disputed
    FROM subscriptions
    WHERE user_id = %(user_id)s
    ORDER BY created_at DESC, subscription_id
"""
EXPORT = "SELECT customer_id, plan, synced_at FROM customers WHERE user_id = %(user_id)s"
LOCK = "SELECT FROM customers WHERE user_id = %(user_id)s FOR UPDATE"
REMOVE = "DELETE FROM customers WHERE user_id = %(user_id)s"


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


def add(db: Connection, user_id: UUID, customer_id: str, now: datetime) -> None:
    """Write down a person's customer.

    Raises:
        psycopg.errors.UniqueViolation: the person has one, or the customer is another's.
    """
    db.execute(ADD, {"user_id": user_id, "customer_id": customer_id, "now": now})


def of_person(db: Connection, user_id: UUID) -> CustomerRow | None:
    """A person's customer."""
    with db.cursor(row_factory=class_row(CustomerRow)) as cursor:
        return cursor.execute(OF_PERSON, {"user_id": user_id}).fetchone()


def by_id(db: Connection, customer_id: str) -> CustomerRow | None:
    """The person that a customer is; None for one that we did not make."""
    with db.cursor(row_factory=class_row(CustomerRow)) as cursor:
        return cursor.execute(BY_ID, {"customer_id": customer_id}).fetchone()


def least_recently_synced(db: Connection, before: datetime) -> list[CustomerRow]:
    """Whom Stripe was last asked about before an instant, the longest ago first."""
    with db.cursor(row_factory=class_row(CustomerRow)) as cursor:
        return cursor.execute(LEAST_RECENTLY_SYNCED, {"before": before}).fetchall()


def subscriptions(db: Connection, user_id: UUID) -> list[SubscriptionRow]:
    """A person's subscriptions, the newest first."""
    with db.cursor(row_factory=class_row(SubscriptionRow)) as cursor:
        return cursor.execute(SUBSCRIPTIONS, {"user_id": user_id}).fetchall()


def mark_synced(db: Connection, user_id: UUID, plan: Plan, now: datetime) -> None:
    """Write down that Stripe was asked about a person, and what its word gives them."""
    db.execute(MARK_SYNCED, {"user_id": user_id, "plan": plan, "now": now})


def mark_all_synced(db: Connection, user_ids: Sequence[UUID], now: datetime) -> None:
    """Write down that Stripe was asked about people, whose subscriptions stay as they are written."""
    db.execute(MARK_ALL_SYNCED, {"user_ids": list(user_ids), "now": now})


def replace(db: Connection, user_id: UUID, rows: Sequence[SubscriptionRow]) -> None:
    """Write a person's subscriptions in place of those that are written."""
    db.execute(REMOVE_SUBSCRIPTIONS, {"user_id": user_id})
    for row in rows:
        db.execute(ADD_SUBSCRIPTION, {"user_id": user_id, **asdict(row)})


def export(db: Connection, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is held about a person, by table."""
    with db.cursor(row_factory=dict_row) as cursor:
        return {
            "customers": cursor.execute(EXPORT, {"user_id": user_id}).fetchall(),
            "subscriptions": cursor.execute(SUBSCRIPTIONS, {"user_id": user_id}).fetchall(),
        }


def erase(db: Connection, user_id: UUID) -> None:
    """Remove what is held about a person whom Stripe has forgotten already: without it nobody finds them there."""
    for statement in (LOCK, REMOVE_SUBSCRIPTIONS, REMOVE):
        db.execute(statement, {"user_id": user_id})
