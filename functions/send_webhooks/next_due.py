"""When an event is due next, if no table changes before."""

from datetime import datetime

from shared.accounts.webhooks import EARLY_TOLERANCE, EVENT_TTL, INITIAL_BACKOFF
from shared.runtime.jobs import Run
from shared.runtime.schedule import MAX_IDLE
from shared.stores.messaging import next_due as store


def next_due(run: Run) -> datetime:
    """The earliest instant at which a later run may send something: never late, perhaps early."""
    attempt = store.next_attempt(run.db, run.now, INITIAL_BACKOFF, EVENT_TTL)
    return min(run.now + MAX_IDLE, attempt - EARLY_TOLERANCE if attempt else run.now + MAX_IDLE)
