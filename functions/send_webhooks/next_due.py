"""When an event is due next, if no table changes before."""

from datetime import datetime

from shared.accounts.webhooks import EARLY_TOLERANCE, EVENT_TTL, INITIAL_BACKOFF
from shared.runtime.schedule import MAX_IDLE
from shared.stores.database import Connection
from shared.stores.messaging import next_due as store


def next_due(db: Connection, now: datetime) -> datetime:
    """The earliest instant at which a later run may send something: never late, perhaps early."""
    latest = now + MAX_IDLE
    attempt = store.next_attempt(db, now, latest + EARLY_TOLERANCE, INITIAL_BACKOFF, EVENT_TTL)
    return min(latest, attempt - EARLY_TOLERANCE if attempt else latest)
