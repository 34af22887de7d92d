from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.stores.database import Connection
from shared.stores.people import stripe_events
from shared.stores.people.stripe_events import StripeEventRow

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
EVENT = StripeEventRow("evt_1", "invoice.paid", "cus_1", NOW, NOW)


@pytest.mark.case("B5")
def test_an_event_is_added_once(db: Connection) -> None:
    assert stripe_events.add(db, EVENT)
    assert not stripe_events.add(db, replace(EVENT, type="other"))
    assert stripe_events.add(db, replace(EVENT, event_id="evt_2", customer_id=None))


def test_old_stripe_events_are_removed(db: Connection) -> None:
    stripe_events.add(db, EVENT)
    assert stripe_events.remove_old(db, NOW, 10) == 0
    assert stripe_events.remove_old(db, NOW + timedelta(seconds=1), 10) == 1
    assert stripe_events.add(db, EVENT)


def test_the_oldest_are_removed_first(db: Connection) -> None:
    for number in (3, 1, 2):
        received_at = NOW + number * timedelta(days=1)
        stripe_events.add(db, replace(EVENT, event_id=f"evt_{number}", received_at=received_at))
    assert stripe_events.remove_old(db, NOW + timedelta(days=9), 2) == 2
    assert db.execute("SELECT event_id FROM stripe_events").fetchall() == [("evt_3",)]
