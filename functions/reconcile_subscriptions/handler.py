"""Reconcile subscriptions with Stripe, and copies at Supabase. Cron: 04:30 UTC. Safe to run twice or late."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from shared.clients.errors import InvalidResponse, Rejected
from shared.runtime import clock, invocation_metrics, wiring
from shared.runtime.paged_jobs import PagedRun, Pages, paged_job
from shared.services import billing, redis_backed, supabase_sync
from shared.stores.database import Connection
from shared.stores.people import accounts, customers, stripe_events, users
from shared.stores.people.customers import CustomerRow, SubscriptionRow

EVENT_RETENTION = timedelta(days=90)
"""Retention of Stripe events; Stripe stops retrying after three days."""
LEASE = timedelta(minutes=1)
"""Of a customer; longer than the requests about one take, and not longer than Lambda waits before it retries a run."""
MAX_FAILURES = 10
"""Consecutive failures after which a service is left alone until the next run: most likely it is down."""
BATCH_SIZE = 10_000
"""Old events that are deleted at once."""
WORKERS = 2
"""Below `reservedConcurrency` in serverless.yml."""


def reconcile(run: PagedRun) -> Pages:
    """Check each customer, the one synced longest ago first, then write the copies that Supabase lacks."""
    run.count(unchanged=0, repaired=0, missed=0, copied=0, events_removed=0)
    invocation_metrics.current().events_missed = 0
    yield from _until_down(_check_customers(run))
    yield from _until_down(_copy(run, accounts.take_unsynced_role, supabase_sync.sync_role))
    yield from _until_down(_copy(run, users.take_unsynced_name, supabase_sync.sync_name))
    if run.worker == 0:
        while removed := stripe_events.remove_old(run.db, run.now - EVENT_RETENTION, BATCH_SIZE):
            run.count(events_removed=removed)
            yield removed


def _until_down(pages: Pages) -> Pages:
    failures = 0
    for done in pages:
        failures = 0 if done else failures + 1
        yield done
        if failures == MAX_FAILURES:
            return


def _check_customers(run: PagedRun) -> Pages:
    while (customer := customers.take(run.db, run.began, clock.now(), clock.now() + LEASE)) is not None:
        yield int(_check(run, customer))


def _check(run: PagedRun, customer: CustomerRow) -> bool:
    """Check a customer; False if that failed.

    One of whom Stripe says nothing usable comes last the next time. Where Stripe was unavailable, the lease keeps
    the customer from being taken again at once.
    """
    with run.item():
        try:
            _compare(run, customer)
        except (Rejected, InvalidResponse):
            customers.mark_checked(run.db, customer.user_id, run.now)
            raise
        return True
    return False


def _compare(run: PagedRun, customer: CustomerRow) -> None:
    """Compare a customer's state with Stripe's, and store it if it differs.

    Only then the account is locked, and Stripe read again, so other users do not wait. Plans also end here when the
    grace period of an unpaid invoice is over. A difference in Stripe's own fields counts as `missed`: a webhook event
    should have reported it.
    """
    current = billing.fetch_state(customer, run.now)
    stored = customers.subscriptions(run.db, customer.user_id)
    if (current.rows, current.plan) == (stored, customer.plan):
        customers.mark_checked(run.db, customer.user_id, run.now)
        run.count(unchanged=1)
        return
    with run.transaction() as db:
        billing.sync(db, customer, run.now)
    redis_backed.invalidate_plan(customer.user_id)
    is_missed = _stripe_fields(current.rows) != _stripe_fields(stored)
    run.count(repaired=1, missed=int(is_missed))
    invocation_metrics.current().events_missed = int(str(run.counts["missed"]))


def _copy(run: PagedRun, take: Callable[[Connection, UUID], UUID | None], sync: supabase_sync.SyncFunction) -> Pages:
    """Write the copies of one kind that are due, each in a transaction of its own that locks its row."""
    admin = wiring.supabase_admin()
    if admin is None:
        return
    user_id: UUID | None = UUID(int=0)
    while user_id is not None:
        done = 0
        with run.item(), run.transaction() as db:
            user_id = take(db, user_id)
            if user_id is not None:
                sync(db, admin, user_id)
                done = 1
        run.count(copied=done)
        if user_id is not None:
            yield done


def _stripe_fields(rows: Iterable[SubscriptionRow]) -> list[SubscriptionRow]:
    """Subscriptions without the fields that we derive, which time or a change of prices may alter."""
    return [replace(row, plan="", entitled_until=None) for row in rows]


def left(run: PagedRun) -> int:
    """Customers that this pass has not checked, and copies that are due."""
    number = customers.count_unsynced(run.db, run.began)
    if wiring.supabase_admin() is not None:
        number += accounts.count_unsynced_roles(run.db) + users.count_unsynced_names(run.db)
    return number


handler = paged_job("reconcile_subscriptions", reconcile, left, workers=WORKERS)
