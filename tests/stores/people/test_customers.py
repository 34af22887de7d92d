from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared.accounts.plans import Plan
from shared.stores.database import Connection
from shared.stores.people import customers, gdpr
from shared.stores.people.customers import CustomerRow, SubscriptionRow
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ONE = SubscriptionRow("sub_1", "active", "price", Plan.PREMIUM, NOW, NOW, NOW, NOW + DAY, None, False, False)
TWO = replace(ONE, subscription_id="sub_2", created_at=NOW + DAY, trial_end=NOW + DAY)


def test_a_person_has_one_customer_and_a_customer_one_person(db: Connection) -> None:
    customers.add(db, ALICE, "cus_a", NOW)
    assert customers.of_person(db, ALICE) == customers.by_id(db, "cus_a") == CustomerRow(ALICE, "cus_a", Plan.FREE)
    assert customers.of_person(db, BOB) is customers.by_id(db, "cus_b") is None
    for person, customer in ((ALICE, "cus_b"), (BOB, "cus_a")):
        with pytest.raises(psycopg.errors.UniqueViolation), db.transaction():
            customers.add(db, person, customer, NOW)


def test_replacing_subscriptions_removes_earlier_ones(db: Connection) -> None:
    customers.add(db, ALICE, "cus_a", NOW)
    customers.add(db, BOB, "cus_b", NOW)
    customers.replace(db, BOB, [replace(ONE, subscription_id="sub_b")])
    customers.replace(db, ALICE, [ONE, TWO])
    assert customers.subscriptions(db, ALICE) == [TWO, ONE]
    customers.replace(db, ALICE, [replace(ONE, status="canceled")])
    assert customers.subscriptions(db, ALICE) == [replace(ONE, status="canceled")]
    assert len(customers.subscriptions(db, BOB)) == 1
    with pytest.raises(psycopg.errors.UniqueViolation), db.transaction():
        customers.replace(db, BOB, [ONE])  # a subscription of another's


def test_the_customer_checked_longest_ago_is_taken_first(db: Connection) -> None:
    customers.add(db, ALICE, "cus_a", NOW + DAY)
    customers.add(db, BOB, "cus_b", NOW)
    instant, lease = NOW + 2 * DAY, NOW + 2 * DAY + MINUTE
    assert customers.take(db, NOW, instant, lease) is None, "no customer was synced before then"
    assert customers.count_unsynced(db, NOW + DAY) == 1
    assert customers.count_unsynced(db, instant) == 2
    assert customers.take(db, instant, instant, lease) == CustomerRow(BOB, "cus_b", Plan.FREE)
    assert customers.take(db, instant, instant, lease) == CustomerRow(ALICE, "cus_a", Plan.FREE)
    assert customers.take(db, instant, instant, lease) is None, "both are leased"
    assert customers.take(db, instant, lease, lease + MINUTE) == CustomerRow(BOB, "cus_b", Plan.FREE)
    customers.mark_synced(db, BOB, Plan.ELITE, NOW + 3 * DAY)
    customers.mark_checked(db, ALICE, NOW + 2 * DAY)
    later = [customers.take(db, NOW + 4 * DAY, NOW + 4 * DAY, NOW + 5 * DAY) for _ in range(2)]
    assert later == [CustomerRow(ALICE, "cus_a", Plan.FREE), CustomerRow(BOB, "cus_b", Plan.ELITE)]


def test_a_check_does_not_move_a_later_synchronisation_back(db: Connection) -> None:
    customers.add(db, ALICE, "cus_a", NOW)
    customers.mark_synced(db, ALICE, Plan.ELITE, NOW + DAY)
    customers.mark_checked(db, ALICE, NOW)
    assert customers.count_unsynced(db, NOW + DAY) == 0


@pytest.mark.case("P1", "P2")
def test_a_persons_customer_rows_are_exported_and_erased(db: Connection) -> None:
    customers.add(db, ALICE, "cus_a", NOW)
    customers.replace(db, ALICE, [ONE])
    exported = gdpr.export_user(db, ALICE, [customers])
    assert {table: len(rows) for table, rows in exported.items()} == {"customers": 1, "subscriptions": 1}
    assert exported["subscriptions"][0]["subscription_id"] == "sub_1"
    gdpr.erase(db, ALICE, [customers])
    assert gdpr.export_user(db, ALICE, [customers]) == {"customers": [], "subscriptions": []}
