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


def test_what_came_long_ago_is_removed(db: Connection) -> None:
    stripe_events.add(db, EVENT)
    assert stripe_events.remove_old(db, NOW) == 0
    assert stripe_events.remove_old(db, NOW + timedelta(seconds=1)) == 1
    assert stripe_events.add(db, EVENT)
