"""Processed Stripe events, for deduplication."""

from dataclasses import asdict, dataclass
from datetime import datetime

from shared.stores.database import Connection


@dataclass(frozen=True, slots=True)
class StripeEventRow:
    """A Stripe event: id, type, customer, creation and reception."""

    event_id: str
    type: str
    customer_id: str | None
    created_at: datetime
    received_at: datetime


ADD = """
    INSERT INTO stripe_events (event_id, type, customer_id, created_at, received_at)
    VALUES (%(event_id)s, %(type)s, %(customer_id)s, %(created_at)s, %(received_at)s)
    ON CONFLICT (event_id) DO NOTHING
"""


def add(db: Connection, event: StripeEventRow) -> bool:
    """Add an event; False if it exists. Waits for a concurrent transaction that adds the same event."""
    return db.execute(ADD, asdict(event)).rowcount > 0


REMOVE_OLD = """
    DELETE FROM stripe_events WHERE event_id = ANY(ARRAY(
        SELECT event_id FROM stripe_events WHERE received_at < %(before)s ORDER BY received_at LIMIT %(limit)s
    ))
"""


def remove_old(db: Connection, before: datetime, limit: int) -> int:
    """Delete some of the events received before an instant; returns how many."""
    return db.execute(REMOVE_OLD, {"before": before, "limit": limit}).rowcount
