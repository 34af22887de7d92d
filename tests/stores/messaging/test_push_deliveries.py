"""Claims of push deliveries: made once, by one run, for recipients who may still receive them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from shared.accounts.plans import Plan
from shared.stores.betting import play_limits
from shared.stores.database import Connection, connect
from shared.stores.messaging import broadcasts, push_deliveries, push_subscriptions
from shared.stores.messaging.broadcasts import BroadcastRow
from shared.stores.messaging.push_subscriptions import MAX_PER_USER, Device
from shared.stores.people import accounts
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENDPOINT = "https://fcm.googleapis.com/fcm/send/one"


def device(db: Connection) -> Device:
    """A browser of Alice's."""
    assert push_subscriptions.put(db, ALICE, ENDPOINT, "key", "secret", None, NOW)
    [mine] = reachable(db, NOW)
    return mine


def reachable(db: Connection, now: datetime) -> list[Device]:
    """All reachable devices."""
    return push_subscriptions.reachable(db, range(1_000_000), now)


def claim(db: Connection, device: Device, event: str, now: datetime) -> bool:
    """Claim one delivery."""
    return push_deliveries.claim(db, [(device, event)], now) == {(device.subscription_id, event)}


def test_several_deliveries_are_claimed_in_one_call(db: Connection) -> None:
    mine = device(db)
    keys = [(mine.subscription_id, event) for event in ("picks/1", "picks/2", "picks/3")]
    assert push_deliveries.claim(db, [(mine, "picks/2")], NOW) == {keys[1]}
    assert push_deliveries.claim(db, [(mine, event) for _, event in keys], NOW) == {keys[0], keys[2]}
    assert push_deliveries.claim(db, [], NOW) == set()


def test_a_notice_is_claimed_once(db: Connection) -> None:
    mine = device(db)
    assert [claim(db, mine, "picks/1", NOW) for _ in range(2)] == [True, False]
    assert claim(db, mine, "picks/2", NOW)
    assert push_deliveries.delivered(db, [(mine.subscription_id, "picks/1"), (mine.subscription_id, "picks/3")]) == {
        (mine.subscription_id, "picks/1")
    }


@pytest.mark.parametrize("state", ["sent", "refused"])
def test_a_completed_delivery_is_not_claimed_again(db: Connection, state: str) -> None:
    mine = device(db)
    claim(db, mine, "picks/1", NOW)
    push_deliveries.complete(db, [(mine.subscription_id, "picks/1")], state)  # type: ignore[arg-type]
    assert not claim(db, mine, "picks/1", NOW)
    assert push_deliveries.counts(db, "picks/1") == {state: 1}


def test_a_failing_delivery_is_claimed_three_times_at_most(db: Connection) -> None:
    mine, claims = device(db), []
    for _ in range(4):
        claims.append(claim(db, mine, "picks/1", NOW))
        push_deliveries.complete(db, [(mine.subscription_id, "picks/1")], "failed")
    assert claims == [True, True, True, False]
    assert push_deliveries.delivered(db, [(mine.subscription_id, "picks/1")]) == {(mine.subscription_id, "picks/1")}


@pytest.mark.case("P6", "P7")
def test_a_delivery_is_not_claimed_after_the_recipients_plan_pause_or_device_changed(db: Connection) -> None:
    """Another plan, a pause, a browser that is gone or another person's."""
    mine = device(db)
    accounts.set_plan(db, ALICE, Plan.PREMIUM, NOW)
    assert not claim(db, mine, "picks/1", NOW)
    accounts.set_plan(db, ALICE, Plan.FREE, NOW)
    play_limits.pause(db, ALICE, NOW + HOUR, NOW)
    assert not claim(db, mine, "picks/1", NOW)
    assert claim(db, mine, "picks/1", NOW + HOUR)
    push_subscriptions.put(db, BOB, ENDPOINT, "key", "secret", None, NOW)
    assert not claim(db, mine, "picks/2", NOW + HOUR)


@pytest.mark.case("G2", "G4")
def test_of_ten_concurrent_claims_one_succeeds(url: str) -> None:
    with connect(url, "test") as db:
        mine = device(db)

    def claim_elsewhere(_: int) -> bool:
        with connect(url, "test") as db:
            return claim(db, mine, "picks/1", NOW)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(claim_elsewhere, range(10))) == 1


def test_of_twenty_concurrent_subscriptions_ten_remain(url: str) -> None:
    def put(number: int) -> None:
        with connect(url, "test") as db:
            assert push_subscriptions.put(db, ALICE, f"{ENDPOINT}{number}", "key", "secret", None, NOW)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(put, range(20)))
    with connect(url, "test") as db:
        assert len(push_subscriptions.of_person(db, ALICE)) == MAX_PER_USER == 10


def test_concurrent_subscriptions_of_one_browser_leave_one_owner(url: str) -> None:
    def put(number: int) -> None:
        with connect(url, "test") as db:
            push_subscriptions.put(db, (ALICE, BOB)[number % 2], ENDPOINT, "key", "secret", None, NOW)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(put, range(20)))
    with connect(url, "test") as db:
        assert len([*push_subscriptions.of_person(db, ALICE), *push_subscriptions.of_person(db, BOB)]) == 1


@pytest.mark.case("P5")
def test_deferred_and_expired_subscriptions_are_not_reachable(db: Connection) -> None:
    mine = device(db)
    push_subscriptions.defer(db, {mine.subscription_id: NOW + HOUR})
    assert reachable(db, NOW) == []
    assert reachable(db, NOW + HOUR) == [mine]
    push_subscriptions.put(db, ALICE, ENDPOINT, "key", "secret", NOW + 2 * HOUR, NOW)
    assert len(reachable(db, NOW + HOUR)) == 1
    assert reachable(db, NOW + 2 * HOUR) == []


def test_broadcasts_come_in_the_order_of_their_creation(db: Connection) -> None:
    """Their ids are in another one."""
    rows = [BroadcastRow(f"b{5 - n}", "Maintenance", "Ce soir à 23 h.", "/", None, NOW + n * HOUR) for n in range(3)]
    for row in (rows[1], rows[2], rows[0]):
        assert broadcasts.add(db, ALICE, row)
    assert broadcasts.since(db, NOW - HOUR) == rows
    assert broadcasts.since(db, NOW) == rows[1:]
