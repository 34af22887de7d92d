"""When something is due next: never late, and early only where reading on would cost too much."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.stores.database import Connection
from shared.stores.messaging import next_due, push_subscriptions
from shared.stores.messaging.next_due import SAMPLE_SIZE
from shared.stores.people import favourites, preferences
from tests.factories import insert_matches, match_update
from tests.tokens import ALICE, BOB

NOW = datetime(2024, 4, 27, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def subscribe(db: Connection, user_id: UUID, number: int = 0) -> int:
    endpoint = f"https://push.example/{user_id}/{number}"
    row = push_subscriptions.put(db, user_id, endpoint, "key", "secret", None, NOW)
    assert row is not None
    return row[0]


def follow(db: Connection, match_id: int, *user_ids: UUID, notify: bool = True) -> None:
    for user_id in user_ids:
        favourites.add(db, user_id, match_id, None, notify, NOW)


def test_the_next_kick_off_is_that_of_a_match_of_which_a_browser_is_reminded(db: Connection) -> None:
    games = [("Arsenal", "Chelsea"), ("Everton", "Fulham"), ("Burnley", "Luton"), ("Brentford", "Wolves")]
    updates = [match_update(*clubs, kick_off=NOW + n * HOUR) for n, clubs in enumerate(games, 1)]
    first, second, third, fourth = insert_matches(db, *updates, now=NOW)
    subscribe(db, ALICE)
    follow(db, first, BOB)  # has no browser
    follow(db, second, ALICE, notify=False)
    follow(db, third, BOB, ALICE)
    follow(db, fourth, ALICE)
    assert next_due.next_kick_off(db, NOW, NOW + 6 * HOUR) == NOW + 3 * HOUR
    assert next_due.next_kick_off(db, NOW + 3 * HOUR, NOW + 6 * HOUR) == NOW + 4 * HOUR
    assert next_due.next_kick_off(db, NOW, NOW + 3 * HOUR - timedelta(seconds=1)) is None


@pytest.mark.parametrize(("followers", "counts"), [(SAMPLE_SIZE - 1, False), (SAMPLE_SIZE, True)])
def test_a_match_with_many_followers_is_assumed_to_have_a_subscribed_one(
    db: Connection, followers: int, counts: bool
) -> None:
    (match_id,) = insert_matches(db, match_update(kick_off=NOW + HOUR), now=NOW)
    follow(db, match_id, *(UUID(int=n + 1) for n in range(followers)))
    assert next_due.next_kick_off(db, NOW, NOW + HOUR) == (NOW + HOUR if counts else None)


def test_quiet_hours_and_time_zones_are_known_once_each(db: Connection) -> None:
    assert next_due.quiet_until(db) == []
    assert next_due.timezones(db) == {"Europe/Paris"}
    for number in range(3):
        subscribe(db, ALICE, number)
    for number, (quiet_from, quiet_until) in enumerate([(23, 7), (22, 7), (5, 5)]):
        db.execute(
            "UPDATE push_subscriptions SET quiet_from = %s, quiet_until = %s WHERE endpoint LIKE %s",
            [quiet_from, quiet_until, f"%/{number}"],
        )
    subscribe(db, BOB)  # until 8, as by default
    for user_id, zone in ((ALICE, "Europe/London"), (BOB, "America/Montreal")):
        preferences.change(db, user_id, {"timezone": zone}, NOW)
    assert next_due.quiet_until(db) == [7, 8]
    assert next_due.timezones(db) == {"Europe/Paris", "Europe/London", "America/Montreal"}
    db.execute("UPDATE push_subscriptions SET retired_at = %s WHERE user_id = %s", [NOW, BOB])
    assert next_due.quiet_until(db) == [7]


FAILED = """
    INSERT INTO push_deliveries (subscription_id, event, user_id, state, attempts, claimed_at)
    SELECT %(subscription_id)s, 'event/' || n, %(user_id)s, 'failed', 1, %(now)s FROM generate_series(1, %(number)s) n
"""


def next_reachable(db: Connection) -> datetime | None:
    return next_due.next_reachable(db, NOW, NOW + 6 * HOUR, HOUR)


def test_a_cool_off_counts_if_it_ends_soon(db: Connection) -> None:
    subscribe(db, ALICE)
    db.execute("INSERT INTO cool_offs VALUES (%s, %s, %s)", [BOB, NOW, NOW + HOUR])
    db.execute("INSERT INTO cool_offs VALUES (%s, %s, %s)", [ALICE, NOW, NOW + 7 * HOUR])
    assert next_reachable(db) is None, "Bob has no browser"
    db.execute("UPDATE cool_offs SET ends_at = %s WHERE user_id = %s", [NOW + 2 * HOUR, ALICE])
    assert next_reachable(db) == NOW + 2 * HOUR


def test_a_failed_delivery_is_due_at_once_if_its_device_can_be_reached(db: Connection) -> None:
    subscription_id = subscribe(db, ALICE)
    failed = {"subscription_id": subscription_id, "user_id": ALICE, "now": NOW}
    push_subscriptions.defer(db, {subscription_id: NOW + 2 * HOUR})
    db.execute(FAILED, {**failed, "number": SAMPLE_SIZE - 1})
    assert next_reachable(db) == NOW + 2 * HOUR
    push_subscriptions.defer(db, {subscription_id: NOW})
    assert next_reachable(db) == NOW
    push_subscriptions.defer(db, {subscription_id: NOW + 2 * HOUR})
    db.execute("DELETE FROM push_deliveries")
    db.execute(FAILED, {**failed, "number": SAMPLE_SIZE})
    assert next_reachable(db) == NOW, "there are too many to look at each device"
