"""What Stripe told us happened, each once."""

from dataclasses import asdict, dataclass
from datetime import datetime

from shared.stores.database import Connection


@dataclass(frozen=True, slots=True)
class StripeEventRow:
    """An event: Stripe's id and type, the customer that it is about, when it happened and when it came."""

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
    """Write down an event; False where it is known. While another transaction adds the same one, its end is awaited."""
    return db.execute(ADD, asdict(event)).rowcount > 0


REMOVE_OLD = "DELETE FROM stripe_events WHERE received_at < %(before)s"


def remove_old(db: Connection, before: datetime) -> int:
    """Remove events that came before an instant; how many there were."""
    return db.execute(REMOVE_OLD, {"before": before}).rowcount
