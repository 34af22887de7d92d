from shared.stores.database import Connection
from shared.stores.operations import job_starts
from tests.factories import BEFORE
from tests.tokens import ALICE, BOB


def test_job_starts_are_recorded_with_their_user_and_event(db: Connection) -> None:
    one = job_starts.add(db, "sync_fixtures", {"days": 7, "then": ["settle_picks"]}, ALICE, BEFORE)
    two = job_starts.add(db, "sync_fixtures", {}, BOB, BEFORE)
    assert two > one
    rows = db.execute("SELECT run_id, job, event, started_by, started_at FROM job_starts ORDER BY run_id").fetchall()
    assert rows == [
        (one, "sync_fixtures", {"days": 7, "then": ["settle_picks"]}, ALICE, BEFORE),
        (two, "sync_fixtures", {}, BOB, BEFORE),
    ]
