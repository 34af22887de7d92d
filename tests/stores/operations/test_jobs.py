from datetime import date, timedelta

import pytest

from shared.stores.database import Connection, connect
from shared.stores.operations import job_starts, jobs
from tests.factories import BEFORE
from tests.tokens import ALICE

DAY = date(2024, 4, 27)


@pytest.mark.case("G2")
def test_a_job_lock_lasts_until_its_transaction_ends(stores: str) -> None:
    with connect(stores, "one") as one, connect(stores, "other") as other:
        with one.transaction():
            assert jobs.lock(one, "sync_fixtures")
            assert jobs.lock(one, "sync_fixtures"), "it is ours already"
            with other.transaction():
                assert not jobs.lock(other, "sync_fixtures")
                assert jobs.lock(other, "sync_history"), "another job's lock is another lock"
        with other.transaction():
            assert jobs.lock(other, "sync_fixtures")


def test_a_run_for_a_past_day_does_not_reset_the_last_run(db: Connection) -> None:
    jobs.mark_succeeded(db, "sync_fixtures", DAY, BEFORE, {"lines": 3})
    jobs.mark_succeeded(db, "sync_fixtures", DAY - timedelta(days=9), BEFORE - timedelta(days=9), {})
    jobs.mark_succeeded(db, "choose_picks", DAY, BEFORE, {"reason": None})
    assert jobs.last_runs(db) == [jobs.LastRun("choose_picks", BEFORE), jobs.LastRun("sync_fixtures", BEFORE)]


def test_a_jobs_state_is_that_of_its_last_run(db: Connection) -> None:
    jobs.mark_succeeded(db, "done", DAY, BEFORE, {"lines": 3})
    jobs.mark_failed(db, "failed", "Unavailable: it is down", BEFORE)
    jobs.mark_failed(db, "mended", "KeyError: 'x'", BEFORE)
    jobs.mark_succeeded(db, "mended", DAY, BEFORE + timedelta(hours=1), {})
    jobs.mark_succeeded(db, "broken", DAY, BEFORE, {})
    jobs.mark_failed(db, "broken", "KeyError: 'x'", BEFORE + timedelta(hours=1))
    jobs.mark_failed(db, "broken", "KeyError: 'y'", BEFORE + timedelta(hours=2))
    states = {state.job: state for state in jobs.states(db, ["never", "mended", "failed", "done", "broken"], BEFORE)}
    assert list(states) == ["broken", "done", "failed", "mended", "never"]
    assert {name: state.state for name, state in states.items()} == {
        "broken": "failed",
        "done": "done",
        "failed": "failed",
        "mended": "done",
        "never": "never",
    }
    assert (states["done"].last_run_at, states["done"].day, states["done"].report) == (BEFORE, DAY, {"lines": 3})
    assert (states["broken"].failed_at, states["broken"].error) == (BEFORE + timedelta(hours=2), "KeyError: 'y'")


def test_a_job_is_running_while_it_is_locked(db: Connection, stores: str) -> None:
    names = ["sync_fixtures", "sync_history", "update_ratings", "publish_predictions", "choose_picks", "settle_picks"]
    with connect(stores, "one") as one:
        with one.transaction():
            for name in names[::2]:
                jobs.lock(one, name)
            (key,) = one.execute("SELECT hashtextextended(%s, 0)", [names[1]]).fetchone() or (0,)
            low = key % 2**32
            # A lock on two numbers is another one than that on the number whose halves they are.
            one.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [key >> 32, low - 2**32 * (low >= 2**31)])
            assert {state.job for state in jobs.states(db, names, BEFORE) if state.running} == set(names[::2])
            assert jobs.states(db, ["sync_fixtures"], BEFORE)[0].state == "running"
        assert not any(state.running for state in jobs.states(db, names, BEFORE))


def test_a_job_that_runs_in_another_database_does_not_run_here(stores: str, url: str) -> None:
    with connect(stores, "one") as one, one.transaction(), connect(url, "other") as other:
        jobs.lock(one, "sync_fixtures")
        assert not jobs.states(other, ["sync_fixtures"], BEFORE)[0].running


def test_a_jobs_state_has_its_last_manual_start(db: Connection) -> None:
    for hours in (2, 0, 1):
        job_starts.add(db, "sync_fixtures", {"days": hours}, ALICE, BEFORE + timedelta(hours=hours))
    job_starts.add(db, "settle_picks", {}, ALICE, BEFORE + timedelta(hours=9))
    assert [s.started_at for s in jobs.states(db, ["sync_fixtures"], BEFORE)] == [BEFORE + timedelta(hours=2)]


def test_reports_are_those_of_the_last_successful_runs(db: Connection) -> None:
    jobs.mark_succeeded(db, "sync_odds", DAY, BEFORE, {"skipped": "no key"})
    jobs.mark_succeeded(db, "sync_fixtures", DAY, BEFORE, {"fixtures": 3})
    assert jobs.reports(db, ["sync_odds", "read_weather"]) == {"sync_odds": (BEFORE, {"skipped": "no key"})}
    assert jobs.reports(db, []) == {}
