from datetime import UTC, datetime, timedelta

import pytest

from shared.stores.database import Connection, connect
from shared.stores.people import deletions
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_a_deletion_is_pending_until_finished_and_requested_once(db: Connection) -> None:
    deletions.request(db, BOB, NOW)
    deletions.request(db, ALICE, NOW - timedelta(hours=1))
    deletions.request(db, ALICE, NOW + timedelta(hours=1))
    assert (deletions.count(db, NOW), deletions.count(db, NOW - timedelta(minutes=1))) == (2, 1)
    assert deletions.take(db, NOW, NOW) == ALICE, "who has waited longest"
    deletions.finish(db, ALICE)
    assert deletions.take(db, NOW - timedelta(minutes=1), NOW) is None
    assert deletions.take(db, NOW, NOW) == BOB


def test_a_deletion_that_failed_is_taken_after_all_others_and_not_again_in_the_same_pass(db: Connection) -> None:
    for minutes, user in enumerate((ALICE, BOB)):
        deletions.request(db, user, NOW + timedelta(minutes=minutes))
    later = NOW + timedelta(hours=1)
    deletions.mark_failed(db, ALICE, later)
    assert deletions.take(db, later, later) == BOB
    deletions.finish(db, BOB)
    assert deletions.take(db, later, later) is None
    assert deletions.take(db, later, later + timedelta(minutes=1)) == ALICE


@pytest.mark.case("G2")
def test_a_deletion_is_taken_by_one_run(stores: str) -> None:
    with connect(stores, "one") as one, connect(stores, "two") as two, one.transaction(force_rollback=True):
        deletions.request(two, ALICE, NOW)
        assert deletions.take(one, NOW, NOW) == ALICE
        assert deletions.take(two, NOW, NOW) is None
    with connect(stores, "two") as two:
        deletions.finish(two, ALICE)
