"""Reconcile subscriptions with Stripe, and copies at Supabase. Cron: 04:30 UTC. Safe to run twice or late."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from shared.clients.errors import InvalidResponse, Rejected, UpstreamError
from shared.runtime import clock, invocation_metrics, wiring
from shared.runtime.jobs import Run, job
from shared.services import billing, redis_backed, supabase_sync
from shared.stores.people import accounts, customers, stripe_events, users
from shared.stores.people.customers import SubscriptionRow

EVENT_RETENTION = timedelta(days=90)
"""Retention of Stripe events; Stripe stops retrying after three days."""
TIME_PER_USER = timedelta(seconds=15)
"""The most time that one user's requests to Stripe or Supabase take."""


def reconcile(run: Run) -> None:
    """Check the customers whose subscriptions were read longest ago, as many as time allows.

    An account is locked, and Stripe read again, only if its state differs from the stored one, so other users do not
    wait. Plans also end here when the grace period of an unpaid invoice is over. A difference in Stripe's own fields
    counts as `missed`: a webhook event should have reported it. A customer whose request fails also moves to the end of
    the queue, so that the others are checked the next night.
    """
    missed = unchanged = 0
    repaired: list[UUID] = []
    checked: list[UUID] = []
    with run.part(UpstreamError):
        for customer in customers.least_recently_synced(run.db, run.now):
            if clock.now() + TIME_PER_USER > run.deadline:
                break
            with run.part(Rejected, InvalidResponse):
                current = billing.fetch_state(customer, run.now)
                stored = customers.subscriptions(run.db, customer.user_id)
                if (current.rows, current.plan) == (stored, customer.plan):
                    unchanged += 1
                else:
                    billing.sync(run.db, customer, run.now)
                    repaired.append(customer.user_id)
                    missed += _stripe_fields(current.rows) != _stripe_fields(stored)
            checked.append(customer.user_id)
    invocation_metrics.current().events_missed = missed
    customers.mark_all_synced(run.db, checked, run.now)
    removed = stripe_events.remove_old(run.db, run.now - EVENT_RETENTION)
    run.report(
        unchanged=unchanged, repaired=len(repaired), missed=missed, events_removed=removed, copied=_sync_supabase(run)
    )
    for user_id in repaired:
        redis_backed.invalidate_plan(user_id)


def _sync_supabase(run: Run) -> int:
    """Write due copies to Supabase, as many as time allows; returns how many.

    This run's own changes are included. If its commit fails, the next run makes the same changes, and the copies are
    due again.
    """
    admin, written = wiring.supabase_admin(), 0
    if admin is None:
        return written
    with run.part(UpstreamError):
        for copy, user_id in _due_copies(run):
            if clock.now() + TIME_PER_USER > run.deadline:
                break
            with run.part(Rejected, InvalidResponse):
                copy(run.db, admin, user_id)
                written += 1
    return written


def _due_copies(run: Run) -> Iterator[tuple[supabase_sync.SyncFunction, UUID]]:
    yield from ((supabase_sync.sync_role, user_id) for user_id in accounts.unsynced_roles(run.db))
    yield from ((supabase_sync.sync_name, user_id) for user_id in users.unsynced_names(run.db))


def _stripe_fields(rows: Iterable[SubscriptionRow]) -> list[SubscriptionRow]:
    """Subscriptions without the fields that we derive, which time or a change of prices may alter."""
    return [replace(row, plan="", entitled_until=None) for row in rows]


handler = job("reconcile_subscriptions", reconcile)
