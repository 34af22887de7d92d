"""Execution of scheduled jobs: one lock, one transaction, one log line. A failed job raises."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from psycopg import Error as DatabaseError

from shared.football.calendar import paris_day
from shared.runtime import (
    clock,
    due,
    error_reports,
    gc_tuning,
    invocation_metrics,
    logs,
    metrics,
    startup_checks,
    wiring,
)
from shared.runtime.schedule import ROUNDS, next_round
from shared.runtime.settings import SettingsError
from shared.stores.database import Connection, set_statement_timeout
from shared.stores.errors import DatabaseUnavailable
from shared.stores.operations import jobs

TIMEOUT_MARGIN = timedelta(seconds=15)
"""Time between a job's deadline and Lambda's timeout: a pending call may take 10 seconds more."""
DEFAULT_TIME_LIMIT = timedelta(minutes=15)
MIN_STATEMENT_TIMEOUT = timedelta(seconds=1)
"""The smallest statement timeout: zero would mean no limit."""
MAX_ERROR_LENGTH = 500
"""Characters of a stored error."""


class InvalidEvent(ValueError):
    """The event of a job is malformed; the message says how to correct it."""


class JobFailed(Exception):
    """A run failed with an error whose message holds private data; this message is scrubbed."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A validated event of a job."""

    event: dict[str, Any]  # the job's input
    day: date  # the betting day: the event's, else today in Paris
    now: datetime  # when the run began, UTC
    deadline: datetime  # when the run must stop
    run_id: str  # Lambda's request id, the same for a retry of the event
    next_jobs: list[str]  # jobs that follow when this one is done


NextDue = Callable[[Connection, datetime], datetime]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job."""

    db: Connection
    day: date  # the betting day: the event's, else today in Paris
    now: datetime  # when the run began, UTC
    deadline: datetime  # when the run must stop
    event: dict[str, Any]  # the job's input
    counts: dict[str, object] = field(default_factory=dict[str, object])  # the fields of its report
    failures: list[Exception] = field(default_factory=list[Exception])  # the expected errors of its independent parts

    def report(self, **counts: object) -> None:
        """Add fields to the run's report."""
        self.counts.update(counts)

    @contextmanager
    def part(self, *expected: type[Exception]) -> Iterator[None]:
        """An independent part: if it fails as expected, the others are still committed, and then the run fails."""
        try:
            yield
        except expected as error:
            self.failures.append(error)


def job(
    name: str,
    work: Callable[[Run], None],
    after_commit: Callable[[], object] | None = None,
    next_due: NextDue | None = None,
) -> Callable[[Any, Any], dict[str, object]]:
    """The Lambda handler of a job that does all its work in one transaction.

    Of two concurrent runs one works and the other returns `locked`. A run commits everything at its end or nothing, so
    that it can be killed and run again. `after_commit` is called after the commit.

    Raises:
        SettingsError: the settings are invalid.

    The handler raises as `create_handler` states, which also documents `next_due`.
    """
    return create_handler(name, partial(_run, name, work, after_commit), next_due)


def create_handler(
    name: str, execute: Callable[[Invocation], dict[str, object]], next_due: NextDue | None
) -> Callable[[Any, Any], dict[str, object]]:
    """The Lambda handler of a job: validation of the event, one log line, metrics, error reports.

    An event may name the jobs that follow: with `{"then": ["sync_history", "settle_picks"]}` the first is started when
    this one is done, with the rest in its event.

    Args:
        execute: does the work; returns the report, whose `status` is `done` if nothing is left to do, and `locked` if
            another run is working.
        next_due: returns the earliest instant at which the tables may hold work that a run at this instant left; called
            after the work is committed. A run whose event has `"if_due": true`, as schedules have, returns `idle`
            before that instant, without Postgres (`shared.runtime.due`). A run that failed, was for a given day or left
            work has no such instant. A job of the rounds (`schedule.ROUNDS`) is due with the next one.

    Raises:
        SettingsError: the settings are invalid.

    The handler raises the error of the work, or `JobFailed` if its message is private: Lambda writes the message into
    its log and into the dead-letter queue.
    """
    startup_checks.run()
    has_due_time = next_due is not None or name in ROUNDS

    def handler(event: Any, context: Any) -> dict[str, object]:
        logs.capture_library_logs()
        watch, now, counts = clock.stopwatch(), clock.now(), invocation_metrics.reset()
        request_id = getattr(context, "aws_request_id", None)
        context_fields = {"function": name, "request_id": request_id}
        try:
            day, next_jobs = _day_of(event, now), _next_jobs(event)
            run_id = request_id or str(uuid4())
            invocation = Invocation(dict(event or {}), day, now, now + _time_limit(context), run_id, next_jobs)
            if has_due_time and invocation.event.get("if_due") and not due.is_due(name, now):
                result: dict[str, object] = {"job": name, "day": day.isoformat(), "status": "idle"}
            else:
                result = _execute(name, execute, next_due, invocation, counts)
            if next_jobs and result["status"] == "done":
                wiring.lambda_functions().start(next_jobs[0], {"then": next_jobs[1:]})
        except Exception as error:
            failure = {"job": name, "status": "failed", "error": logs.first_line(error)}
            measured = metrics.run_metrics(counts, failed=True)
            logs.write(
                logging.ERROR, "job failed", **{**failure, **context_fields, **_usage(watch(), counts), **measured}
            )
            record_failure(name, error)
            error_reports.capture(error, job=name)
            error_reports.check_in(name, watch(), failed=True)
            if (text := logs.scrub(str(error).partition("\n")[0])) != str(error):
                raise JobFailed(f"{type(error).__name__}: {text}").with_traceback(error.__traceback__) from None
            raise
        worked = result["status"] != "locked"
        measured = metrics.run_metrics(counts, failed=False) if result["status"] not in {"locked", "idle"} else {}
        logs.write(logging.INFO, "job", **{**result, **context_fields, **_usage(watch(), counts), **measured})
        if worked:
            error_reports.check_in(name, watch(), failed=False)
        return result

    gc_tuning.freeze_and_enable()
    return handler


def _execute(
    name: str,
    execute: Callable[[Invocation], dict[str, object]],
    next_due: NextDue | None,
    invocation: Invocation,
    counts: invocation_metrics.Counters,
) -> dict[str, object]:
    """Do the work, and store when it is due next; jobs that depend on what it wrote are due.

    Of several workers the first one stores it, as the retry of its event would be `idle` if another one had.
    """
    event, now = invocation.event, invocation.now
    stores_due_time = (next_due is not None or name in ROUNDS) and not event.get("worker")
    token = due.begin(name) if stores_due_time else ""
    try:
        result = execute(invocation)
        if stores_due_time and result["status"] == "done" and not result.get("left") and "day" not in event:
            due_at = next_due(wiring.database(), now) if next_due else next_round(now, *ROUNDS[name])
            due.end(name, token, due_at, now)
        return result
    finally:
        due.mark(due.watching(counts.written) - {name})


def _run(
    name: str, work: Callable[[Run], None], after_commit: Callable[[], object] | None, invocation: Invocation
) -> dict[str, object]:
    db, day, now = wiring.database(), invocation.day, invocation.now
    run = Run(db, day, now, invocation.deadline, invocation.event)
    with db.transaction():
        if not jobs.lock(db, name):
            return {"job": name, "day": day.isoformat(), "status": "locked"}
        set_statement_timeout(db, max(run.deadline - now, MIN_STATEMENT_TIMEOUT))
        work(run)
        if not run.failures:
            jobs.mark_succeeded(db, name, day, now, run.counts)
    if after_commit:
        after_commit()
    if run.failures:
        raise ExceptionGroup(f"{name}: {len(run.failures)} parts failed, the others are done", run.failures)
    return {"job": name, "day": day.isoformat(), "status": "done", **run.counts}


def record_failure(name: str, error: Exception) -> None:
    """Store a failed run in a separate transaction; if the database is unavailable, only the log has it."""
    with suppress(DatabaseUnavailable, DatabaseError, SettingsError):
        db, message = wiring.database(), logs.scrub(logs.first_line(error))
        with db.transaction():
            jobs.mark_failed(db, name, message[:MAX_ERROR_LENGTH], clock.now())


def _usage(ms: float, counts: invocation_metrics.Counters) -> dict[str, object]:
    """The duration and counters of a run."""
    return {"ms": round(ms), **counts.as_dict()}


def _day_of(event: Any, now: datetime) -> date:
    if event is not None and not isinstance(event, dict):
        raise InvalidEvent('the event must be an object such as {"day": "2024-04-27"}')
    value = (event or {}).get("day")
    if value is None:
        return paris_day(now)
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidEvent(f'"day" must be a date such as 2024-04-27, not {value!r}') from None


def _next_jobs(event: Any) -> list[str]:
    value = (event or {}).get("then", [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InvalidEvent(f'"then" must be a list of jobs such as ["settle_picks"], not {value!r}')
    return value


def _time_limit(context: Any) -> timedelta:
    remaining_ms = getattr(context, "get_remaining_time_in_millis", None)
    return (
        DEFAULT_TIME_LIMIT
        if remaining_ms is None
        else max(timedelta(milliseconds=remaining_ms()) - TIMEOUT_MARGIN, timedelta(0))
    )
