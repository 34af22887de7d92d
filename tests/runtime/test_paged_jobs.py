"""Jobs in pages: each page stands by itself, the rest is for a further run, and nothing is lost or done twice."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shared.runtime import clock, wiring
from shared.runtime.jobs import InvalidEvent, JobFailed
from shared.runtime.paged_jobs import (
    FAN_OUT_AFTER,
    MAX_IDLE_PAGES,
    WORKER_LEASE,
    ItemsFailed,
    PagedRun,
    Pages,
    paged_job,
)
from shared.stores.database import connect
from shared.stores.errors import DatabaseUnavailable
from shared.stores.operations import job_workers, jobs
from tests.cutting_proxy import Cut, cutting_proxy, forget_connection
from tests.lambda_api import LambdaApi, lambda_api
from tests.running import Context, environment, select

NOW = datetime(2024, 4, 27, 4, 20, tzinfo=UTC)
TAKE = """
    DELETE FROM tasks WHERE task_id IN (SELECT task_id FROM tasks ORDER BY task_id LIMIT 2 FOR UPDATE SKIP LOCKED)
    RETURNING task_id
"""


class Clock:
    """A clock that goes on by so much with each page."""

    def __init__(self) -> None:
        self.now = NOW
        self.per_page = timedelta(0)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    time = Clock()
    monkeypatch.setattr(clock, "now", lambda: time.now)
    return time


@pytest.fixture
def api(url: str, time: Clock) -> Iterator[LambdaApi]:
    """Ten tasks, and the API through which runs are started."""
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE tasks (task_id integer PRIMARY KEY)")
        db.execute("CREATE TABLE done (task_id integer, worker integer)")
        db.execute("INSERT INTO tasks SELECT generate_series(1, 10)")
    with lambda_api() as api, environment(DATABASE_URL=url, JOBS_URL=api.address, LOG_LEVEL="CRITICAL"):
        yield api


def do(run: PagedRun) -> Iterator[int]:
    """Do two tasks a page."""
    while True:
        with run.transaction() as db:
            taken = [task_id for (task_id,) in db.execute(TAKE)]
            for task_id in taken:
                db.execute("INSERT INTO done VALUES (%s, %s)", [task_id, run.worker])
        if not taken:
            return
        yield len(taken)


def left(run: PagedRun) -> int:
    return len(run.db.execute("SELECT FROM tasks").fetchall())


def invoke(event: Any = None, seconds: float = 240, workers: int = 3, pages: Any = None, time: Any = None) -> Any:
    def ticking(run: PagedRun) -> Pages:
        for done in (pages or do)(run):
            if time is not None:
                time.now += time.per_page
            yield done

    return paged_job("try", ticking, left, workers=workers)(event, Context(seconds))


def done(url: str) -> list[int]:
    return [task_id for (task_id,) in select(url, "SELECT task_id FROM done ORDER BY task_id")]


def test_a_run_takes_pages_until_none_is_left_and_is_recorded(api: LambdaApi, url: str) -> None:
    response = invoke({})
    assert response == {"job": "try", "day": "2024-04-27", "worker": 0, "status": "done", "left": 0}
    assert done(url) == list(range(1, 11))
    assert select(url, "SELECT job, last_run_at, report FROM jobs") == [("try", NOW, {"left": 0})]
    assert select(url, "SELECT job FROM job_workers") == api.calls == []


@pytest.mark.case("G8")
def test_a_deadline_leaves_the_rest_to_a_run_that_it_starts(api: LambdaApi, url: str, time: Clock) -> None:
    """45 seconds a page, and 100 seconds: three pages a run."""
    time.per_page = timedelta(seconds=45)
    event: Any = {"source": "aws.scheduler", "time": "2024-04-27T04:20:00Z"}
    statuses = []
    while event is not None:
        api.calls.clear()
        response = invoke(event, 115, workers=1, time=time)
        statuses.append((response["status"], response["left"]))
        event = api.async_calls[0][1] if api.calls else None
        assert event is None or event == {"day": "2024-04-27", "began": NOW.isoformat(), "worker": 0, "failed": 0}
    assert statuses == [("continued", 4), ("done", 0)]
    assert done(url) == list(range(1, 11))


@pytest.mark.case("G8")
def test_a_run_without_progress_does_not_start_itself_again(api: LambdaApi) -> None:
    def fail(run: PagedRun) -> Pages:
        for number in count():
            with run.item():
                raise LookupError(f"task {number} is not possible")
            yield 0

    with pytest.raises(ExceptionGroup, match=f"try: {MAX_IDLE_PAGES} parts failed, the others are done"):
        invoke(pages=fail)
    assert invoke(seconds=1)["status"] == "stopped", "no time for a single page"
    assert api.calls == []


def test_an_item_that_fails_stops_no_other_and_fails_the_last_run_of_the_pass(api: LambdaApi, url: str) -> None:
    def pages(run: PagedRun) -> Pages:
        with run.item(), run.transaction():
            raise LookupError("the first is not possible")
        yield 0
        yield from do(run)

    with pytest.raises(ExceptionGroup, match="1 parts failed") as caught:
        invoke(pages=pages)
    assert [str(error) for error in caught.value.exceptions] == ["the first is not possible"]
    assert done(url) == list(range(1, 11))
    assert select(url, "SELECT job FROM jobs") == [], "it has not ended well"


def test_failures_are_reported_by_the_run_that_ends_the_pass(api: LambdaApi, url: str, time: Clock) -> None:
    """A run that continues raises nothing: Lambda would retry it beside the one that it started."""
    time.per_page = timedelta(seconds=60)

    def pages(run: PagedRun) -> Pages:
        if run.now == NOW:
            with run.item():
                raise LookupError("the first is not possible")
            yield 0
        yield from do(run)

    assert invoke(seconds=135, workers=1, pages=pages, time=time)["status"] == "continued"
    assert select(url, "SELECT error FROM job_failures") == [("LookupError: the first is not possible",)]
    [(_, event)] = api.async_calls
    assert event["failed"] == 1
    with pytest.raises(ItemsFailed, match="1 parts failed in earlier runs"):
        invoke(event)
    assert done(url) == list(range(1, 11))


def test_a_lost_database_connection_ends_the_run(api: LambdaApi) -> None:
    def pages(run: PagedRun) -> Pages:
        with run.item():
            run.db.close()
            run.db.execute("SELECT 1")
        yield 0

    with pytest.raises(psycopg.OperationalError, match="closed"):
        invoke(pages=pages)


def test_a_long_run_starts_the_other_workers_once(api: LambdaApi, time: Clock) -> None:
    """And not the one that is working already."""
    time.per_page = FAN_OUT_AFTER
    with connect(wiring.settings().database_url, "other") as other:
        job_workers.hold(other, "try", 2, "another run", NOW, NOW, NOW + timedelta(minutes=1))
        invoke({}, workers=4, time=time)
    started = [(name, event["worker"], event["began"]) for name, event in api.async_calls]
    assert started == [("try", 1, NOW.isoformat()), ("try", 3, NOW.isoformat())]


def test_a_further_worker_starts_no_others(api: LambdaApi, time: Clock) -> None:
    time.per_page = FAN_OUT_AFTER
    invoke({"worker": 1, "began": NOW.isoformat()}, time=time)
    assert api.calls == []


@pytest.mark.case("G2")
def test_of_two_runs_of_one_worker_one_works(api: LambdaApi, url: str, time: Clock) -> None:
    """Until the lease of a killed run is over."""
    with connect(url, "other") as other:
        job_workers.hold(other, "try", 0, "a run that is killed", NOW, NOW, NOW + WORKER_LEASE)
    assert invoke()["status"] == "locked"
    assert done(url) == []
    assert invoke({"worker": 1})["status"] == "done", "another worker"
    with connect(url, "other") as db:
        assert [state.running for state in jobs.states(db, ["try"], NOW)] == [True]
        assert [state.running for state in jobs.states(db, ["try"], NOW + WORKER_LEASE)] == [False]
    time.now += WORKER_LEASE
    assert invoke()["status"] == "done"


@pytest.mark.case("G2")
def test_a_page_that_another_worker_has_taken_is_not_taken(api: LambdaApi, url: str) -> None:
    with psycopg.connect(url) as other:
        assert [task_id for (task_id,) in other.execute(TAKE)] == [1, 2]
        assert invoke()["status"] == "done"
        assert done(url) == list(range(3, 11))
        other.rollback()  # it is killed
    assert invoke()["status"] == "done"
    assert done(url) == list(range(1, 11))


@pytest.mark.case("G3")
@pytest.mark.parametrize("mode", ["before", "after"])
def test_a_run_may_be_killed_at_every_message_to_the_database(
    api: LambdaApi, url: str, time: Clock, tmp_path: Path, mode: Cut
) -> None:
    """By turns as one of two workers; each task is done once, by whichever run."""
    killed = 0
    with cutting_proxy(url, tmp_path / "proxy") as proxy, environment(DATABASE_URL=proxy.url, LOG_LEVEL="CRITICAL"):
        proxy.mode = mode
        for proxy.cut_at in count(2):
            forget_connection()
            time.now += WORKER_LEASE
            try:
                response = invoke({"worker": proxy.cut_at % 2, "began": NOW.isoformat()}, workers=1)
            except (psycopg.OperationalError, DatabaseUnavailable, JobFailed):
                killed += 1
            else:
                assert response["status"] == "done"
                break
    assert killed > 10
    assert done(url) == list(range(1, 11))


class Killed(BaseException):
    """The end of a run whose process is killed: nothing after it is executed."""


def began_of(run_id: str, monkeypatch: pytest.MonkeyPatch, event: Any = None, killed: bool = False) -> datetime:
    """The beginning of the pass that a run belongs to."""
    seen: list[datetime] = []

    def pages(run: PagedRun) -> Pages:
        seen.append(run.began)
        if killed:
            raise Killed
        yield 1

    with monkeypatch.context() as patch, suppress(Killed):
        if killed:
            patch.setattr(job_workers, "release", lambda *_: None)
        paged_job("try", pages, left, workers=1)(event or {}, Context(240, run_id))
    return seen[0]


@pytest.mark.case("G3")
def test_the_retry_of_a_killed_run_goes_on_with_its_pass(
    api: LambdaApi, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda retries an event under the same request id; a new pass would work on every item again."""
    assert began_of("a", monkeypatch, killed=True) == NOW
    time.now += WORKER_LEASE
    assert began_of("a", monkeypatch, killed=True) == NOW
    time.now += WORKER_LEASE
    assert began_of("a", monkeypatch) == NOW
    time.now += WORKER_LEASE
    assert began_of("a", monkeypatch) == time.now, "the run before ended, and what failed in it is due again"


def test_another_run_after_a_killed_one_begins_a_pass_of_its_own(
    api: LambdaApi, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began_of("a", monkeypatch, killed=True)
    time.now += WORKER_LEASE
    assert began_of("b", monkeypatch, killed=True) == time.now
    later = time.now + timedelta(hours=1)
    time.now += WORKER_LEASE
    assert began_of("c", monkeypatch, {"began": later.isoformat()}) == later, "that of its event"


@pytest.mark.parametrize(
    "event",
    [{"began": "yesterday"}, {"began": "2024-04-27T04:20:00"}, {"began": 1}, {"worker": -1}, {"worker": "a"}],
)
def test_an_invalid_event_is_rejected(api: LambdaApi, url: str, event: Any) -> None:
    with pytest.raises(InvalidEvent, match="must be"):
        invoke(event)
    assert done(url) == []
