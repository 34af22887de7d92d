from datetime import UTC, datetime, timedelta

from shared.stores.database import Connection
from shared.stores.people import deletions
from tests.tokens import ALICE, BOB

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_a_deletion_waits_until_it_is_finished_and_is_asked_for_once(db: Connection) -> None:
    deletions.request(db, BOB, NOW)
    deletions.request(db, ALICE, NOW - timedelta(hours=1))
    deletions.request(db, ALICE, NOW + timedelta(hours=1))
    assert deletions.pending_deletions(db, NOW) == [ALICE, BOB]
    assert deletions.pending_deletions(db, NOW - timedelta(minutes=1)) == [ALICE]
    deletions.finish(db, ALICE)
    assert deletions.pending_deletions(db, NOW) == [BOB]
