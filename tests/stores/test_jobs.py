from datetime import date, timedelta

from shared.stores import jobs
from shared.stores.database import Connection, connect
from tests.making import BEFORE

DAY = date(2024, 4, 27)


def test_a_lock_is_held_until_its_transaction_ends(stores: str) -> None:  # G2
    with connect(stores, "one") as one, connect(stores, "other") as other:
        with one.transaction():
            assert jobs.lock(one, "sync_fixtures")
            assert jobs.lock(one, "sync_fixtures"), "it is ours already"
            with other.transaction():
                assert not jobs.lock(other, "sync_fixtures")
                assert jobs.lock(other, "sync_history"), "another job's lock is another lock"
        with other.transaction():
            assert jobs.lock(other, "sync_fixtures")


def test_a_run_of_the_past_does_not_make_a_job_look_older(db: Connection) -> None:
    jobs.ended(db, "sync_fixtures", DAY, BEFORE, {"lines": 3})
    jobs.ended(db, "sync_fixtures", DAY - timedelta(days=9), BEFORE - timedelta(days=9), {})
    jobs.ended(db, "choose_picks", DAY, BEFORE, {"reason": None})
    assert jobs.last_runs(db) == [jobs.LastRun("choose_picks", BEFORE), jobs.LastRun("sync_fixtures", BEFORE)]
