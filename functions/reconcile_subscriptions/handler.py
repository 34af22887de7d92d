"""Compare every subscription with Stripe, and heal what events did not tell. Cron: 04:30 UTC. Safe to run twice or late."""

from datetime import timedelta

from shared.clients.errors import Refused, UpstreamError
from shared.runtime import billing, identity
from shared.runtime.jobs import Run, job
from shared.stores import customers, stripe_events
from shared.stores.customers import CustomerRow

KEPT = timedelta(days=90)
"""How long events are kept; Stripe sends none again after three days."""
LEFT_FOR_ONE = timedelta(seconds=15)
"""What asking Stripe about one person takes at most."""


def reconcile(run: Run) -> None:
    """Ask Stripe about whoever it was not asked about for longest, as many as there is time for.

    Only where its word differs from what is written the person's account is held, and Stripe asked again: nobody waits
    for the others. What the grace of an unpaid invoice leaves of a plan ends here, too.
    """
    healed: list[CustomerRow] = []
    asked = 0
    with run.part(UpstreamError):
        for customer in customers.longest_unasked(run.db, run.now):
            if clock_is_up(run):
                break
            with run.part(Refused):
                if _differs(run, customer):
                    billing.bring_in(run.db, customer, run.now)
                    healed.append(customer)
                asked += 1
    removed = stripe_events.remove_old(run.db, run.now - KEPT)
    run.report(asked=asked, healed=len(healed), events_removed=removed)
    for customer in healed:
        identity.forget(customer.user_id)


handler = job("reconcile_subscriptions", reconcile)
