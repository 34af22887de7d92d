"""Jobs that work in pages: each page is committed by itself, and what is left at the deadline is for a further run.

The design, and what limits it: docs/decisions/work-in-pages.md.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg

from shared.runtime import clock, invocation_metrics, wiring
from shared.runtime.jobs import (
    MIN_STATEMENT_TIMEOUT,
    InvalidEvent,
    Invocation,
    NextDue,
    Run,
    create_handler,
    record_failure,
)
from shared.runtime.settings import SettingsError
from shared.stores.database import Connection, set_statement_timeout
from shared.stores.operations import job_workers, jobs

WORKER_LEASE = timedelta(minutes=1)
"""How long a killed run keeps its worker number: as long as Lambda waits before it retries an event."""
FAN_OUT_AFTER = timedelta(seconds=10)
"""A run that is still working then starts the other workers."""
MAX_IDLE_PAGES = 20
"""Consecutive pages without progress after which a run stops: most likely an outside system is down."""
MAX_STORED_ERRORS = 20
"""Of one run; the report counts them all."""

Pages = Generator[int, None, None]


class ItemsFailed(Exception):
    """Items failed in earlier runs of this pass; the reports of those runs name the errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedRun(Run):
    """One run of a job that works in pages; `db` is in autocommit mode."""

    # When this pass over the work began. The runs that continue a run belong to its pass, and so does the retry of one
    # that was killed; an item that failed is not taken again in the same pass.
    began: datetime
    worker: int  # number of this worker; 0 is started by the schedule

    def count(self, **counts: int) -> None:
        """Add to counters of the report."""
        for name, number in counts.items():
            self.counts[name] = int(str(self.counts.get(name, 0))) + number

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction whose statements may take the time that is left."""
        with self.db.transaction():
            set_statement_timeout(self.db, max(self.deadline - clock.now(), MIN_STATEMENT_TIMEOUT))
            yield self.db

    @contextmanager
    def item(self) -> Iterator[None]:
        """The work on one item. Its error fails the run at its end, and the other items are still worked on.

        Raises:
            SettingsError: the settings lack something that every item needs.
            psycopg.Error: the connection is lost.
        """
        try:
            yield
        except SettingsError:
            raise
        except Exception as error:
            if self.db.closed:
                raise
            self.count(errors=1)
            if len(self.failures) < MAX_STORED_ERRORS:
                self.failures.append(error)


@dataclass(frozen=True, slots=True)
class _PagedJob:
    name: str
    pages: Callable[[PagedRun], Pages]
    left: Callable[[PagedRun], int]
    workers: int


def paged_job(
    name: str,
    pages: Callable[[PagedRun], Pages],
    left: Callable[[PagedRun], int],
    *,
    workers: int,
    next_due: NextDue | None = None,
) -> Callable[[Any, Any], dict[str, object]]:
    """The Lambda handler of a job that works in pages.

    A run that reaches its deadline starts itself again, unless it has completed nothing. One that works for longer
    than `FAN_OUT_AFTER` starts the other workers. Events: `{"worker": 2, "began": "2026-11-30T04:20:00+00:00"}`; the
    schedule's has neither.

    Args:
        name: the job's name, and the function's.
        pages: takes one page with each step, with `FOR UPDATE SKIP LOCKED`, commits it, and yields how many items it
            completed; it ends when no item is left to take. It is closed at the deadline.
        left: how many items are left, including those on which other workers are working.
        workers: runs at the same time; below the function's `reservedConcurrency`.
        next_due: as `jobs.create_handler` states.

    Raises:
        SettingsError: the settings are invalid.

    The handler raises as `jobs.create_handler` states; an ExceptionGroup of the errors of items, when none is left.
    """
    return create_handler(name, partial(_execute, _PagedJob(name, pages, left, workers)), next_due)


def _execute(job: _PagedJob, invocation: Invocation) -> dict[str, object]:
    db, event = wiring.database(), invocation.event
    run = PagedRun(
        db=db,
        day=invocation.day,
        now=invocation.now,
        deadline=invocation.deadline,
        event=event,
        began=_began_of(event, invocation.now),
        worker=_number_of(event, "worker"),
    )
    result: dict[str, object] = {"job": job.name, "day": run.day.isoformat(), "worker": run.worker}
    began = _hold(job, run, invocation.run_id)
    if began is None:
        return {**result, "status": "locked"}
    run = replace(run, began=began)
    try:
        done, is_finished = _work(job, run, invocation.run_id)
        left = job.left(run)
    finally:
        with suppress(psycopg.Error):  # a lost connection; then the lease runs out
            job_workers.release(db, job.name, run.worker, invocation.run_id)
    invocation_metrics.current().left = 0 if is_finished else left
    run.report(left=left)
    failed = _number_of(event, "failed") + int(str(run.counts.get("errors", 0)))
    if run.worker == 0 and not run.failures:
        jobs.mark_succeeded(db, job.name, run.day, run.now, run.counts)
    if not is_finished and left and done:
        if run.failures:
            record_failure(job.name, run.failures[0])
        then = {"then": invocation.next_jobs} if invocation.next_jobs else {}
        _start(job, run, run.worker, {"failed": failed, **then})
        return {**result, "status": "continued", **run.counts}
    if run.failures:
        raise ExceptionGroup(f"{job.name}: {failed} parts failed, the others are done", run.failures)
    if failed:
        raise ItemsFailed(f"{job.name}: {failed} parts failed in earlier runs of this pass")
    return {**result, "status": "done" if is_finished or not left else "stopped", **run.counts}


def _work(job: _PagedJob, run: PagedRun, run_id: str) -> tuple[int, bool]:
    """Work on pages until the deadline; returns how many items were completed, and whether none is left."""
    done, idle, is_alone, extended_at = 0, 0, run.worker == 0, run.now
    pages = job.pages(run)
    try:
        while clock.now() < run.deadline and idle < MAX_IDLE_PAGES:
            try:
                completed = next(pages)
            except StopIteration:
                return done, True
            done, idle = done + completed, 0 if completed else idle + 1
            if (now := clock.now()) >= extended_at + WORKER_LEASE / 3:
                _hold(job, run, run_id)
                extended_at = now
            if is_alone and now >= run.now + FAN_OUT_AFTER:
                is_alone = False
                for worker in set(range(1, job.workers)) - job_workers.running(run.db, job.name, now):
                    _start(job, run, worker, {})
    finally:
        pages.close()
    return done, False


def _hold(job: _PagedJob, run: PagedRun, run_id: str) -> datetime | None:
    now = clock.now()
    return job_workers.hold(run.db, job.name, run.worker, run_id, run.began, now, now + WORKER_LEASE)


def _start(job: _PagedJob, run: PagedRun, worker: int, more: dict[str, object]) -> None:
    passed = {"day": run.day.isoformat(), "began": run.began.isoformat(), "worker": worker}
    wiring.lambda_functions().start(job.name, {**passed, **more})


def _began_of(event: dict[str, Any], now: datetime) -> datetime:
    value = event.get("began")
    if value is None:
        return now
    try:
        began = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        began = None
    if began is None or began.tzinfo is None:
        raise InvalidEvent(f'"began" must be an instant such as 2024-04-27T04:20:00+00:00, not {value!r}')
    return began


def _number_of(event: dict[str, Any], name: str) -> int:
    value = event.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidEvent(f'"{name}" must be a number such as 0, not {value!r}')
    return value
