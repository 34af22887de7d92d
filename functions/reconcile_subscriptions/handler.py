"""Heal what differs from Stripe's subscriptions, and Supabase's copies. Cron: 04:30 UTC. Safe to run twice or late."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from shared.clients.errors import InvalidResponse, Rejected, UpstreamError
from shared.runtime import clock, invocation_metrics, wiring
from shared.runtime.jobs import Run, job
from shared.services import billing, plan_changes, supabase_sync
from shared.stores.people import accounts, customers, stripe_events, users
from shared.stores.people.customers import SubscriptionRow

EVENT_RETENTION = timedelta(days=90)
"""How long events are kept; Stripe sends none again after three days."""
TIME_PER_PERSON = timedelta(seconds=15)
"""What asking Stripe about one person takes at most, and writing their copy at Supabase."""


def reconcile(run: Run) -> None:
    """Ask Stripe about whoever it was not asked about for longest, as many as there is time for.

    Only where its word differs from what is written the person's account is held, and Stripe asked again: nobody waits
    for the others. What the grace of an unpaid invoice leaves of a plan ends here, too. Whoever's subscription Stripe
    states otherwise than it is written was missed: an event should have told us, and none did. Whoever Stripe gives no
    proper answer about goes to the end of the line, too: the others have their turn the next night.
    """
    missed = unchanged = 0
    repaired: list[UUID] = []
    checked: list[UUID] = []
    with run.part(UpstreamError):
        for customer in customers.least_recently_synced(run.db, run.now):
            if clock.now() + TIME_PER_PERSON > run.deadline:
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
        plan_changes.invalidate(user_id)


def _sync_supabase(run: Run) -> int:
    """Write the copies at Supabase that are due, as many as there is time for; how many were written.

    What this run has changed itself is among them. Should its commit fail, the next run makes the same changes, and
    the copies are due again.
    """
    admin, copied = wiring.supabase_admin(), 0
    if admin is None:
        return copied
    with run.part(UpstreamError):
        for copy, user_id in _due_copies(run):
            if clock.now() + TIME_PER_PERSON > run.deadline:
                break
            with run.part(Rejected, InvalidResponse):
                copy(run.db, admin, user_id)
                copied += 1
    return copied


def _due_copies(run: Run) -> Iterator[tuple[supabase_sync.SyncFunction, UUID]]:
    yield from ((supabase_sync.sync_role, user_id) for user_id in accounts.unsynced_roles(run.db))
    yield from ((supabase_sync.sync_name, user_id) for user_id in users.unsynced_names(run.db))


def _stripe_fields(rows: Iterable[SubscriptionRow]) -> list[SubscriptionRow]:
    """Subscriptions without what we conclude from them, which time or a price of ours may change."""
    return [replace(row, plan="", entitled_until=None) for row in rows]


handler = job("reconcile_subscriptions", reconcile)
