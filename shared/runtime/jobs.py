"""The edge of a scheduled job: one lock, one transaction, one log line. A job that failed raises."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from psycopg import Error as DatabaseError

from shared.football.calendar import paris_day
from shared.runtime import clock, error_reports, gc_tuning, invocation_metrics, logs, metrics, startup_checks, wiring
from shared.runtime.settings import SettingsError
from shared.stores.database import Connection, DatabaseUnavailable, allow
from shared.stores.operations import jobs

MARGIN = timedelta(seconds=15)
"""How long before the platform's time-out a job's own time is up: what is being waited for then may take 10 more."""
UNLIMITED = timedelta(minutes=15)
SHORTEST = timedelta(seconds=1)
"""What a statement may take at least; nothing at all would mean for ever."""
LONGEST_ERROR = 500
"""Characters that are kept of what a failed run says."""


class BadEvent(ValueError):
    """The event that a job was called with cannot be understood; the message says how to mend it."""


class JobFailed(Exception):
    """A run failed, of an error that says what nobody but its owner should read; the message is what may be said."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job.

    Attributes:
        db: connection inside the job's transaction.
        day: the betting day that the job is about: the event's, else today in Paris.
        now: when the run began, UTC.
        deadline: when its time is up.
        event: what it was called with.
        counts: what it says at its end.
        failures: what went wrong in parts that others do not depend on.
    """

    db: Connection
    day: date
    now: datetime
    deadline: datetime
    event: dict[str, Any]
    counts: dict[str, object] = field(default_factory=dict[str, object])
    failures: list[Exception] = field(default_factory=list[Exception])

    def report(self, **counts: object) -> None:
        """Add to what the run says at its end."""
        self.counts.update(counts)

    @contextmanager
    def part(self, *expected: type[Exception]) -> Iterator[None]:
        """A part whose expected failures do not undo the others: they are committed, and then the run fails."""
        try:
            yield
        except expected as error:
            self.failures.append(error)


def job(
    name: str, work: Callable[[Run], None], after_commit: Callable[[], object] | None = None
) -> Callable[[Any, Any], dict[str, object]]:
    """A handler for the platform from the work of a job.

    Two runs at once: one works, the other answers `locked`. Everything a run writes is committed at its end or not at
    all, so that it can be killed anywhere and run again. `after_commit` is called once that is committed. An event may
    name the jobs that follow: of `{"then": ["sync_history", "settle_picks"]}` the first is started once this one is
    done, with the rest in its event.

    Raises:
        SettingsError: it refuses to start on what it was told.

    The handler raises what the work did, or `JobFailed`: the platform writes the message of whatever is raised, all of
    it, into its own log and into the queue of dead letters.
    """
    startup_checks.start()

    def handler(event: Any, context: Any) -> dict[str, object]:
        logs.take_in()
        watch, now, counts = clock.stopwatch(), clock.now(), invocation_metrics.reset()
        line = {"function": name, "request_id": getattr(context, "aws_request_id", None)}
        try:
            day, then = _day_of(event, now), _then(event)
            said = _run(name, work, after_commit, day, now, now + _time_left(context), dict(event or {}))
            if then and said["status"] == "done":
                wiring.functions().start(then[0], {"then": then[1:]})
        except Exception as error:
            failed = {"job": name, "status": "failed", "error": logs.in_a_line(error)}
            measured = metrics.of_run(counts, failed=True)
            logs.write(logging.ERROR, "job failed", **{**failed, **line, **_spent(watch(), counts), **measured})
            _keep_failure(name, error)
            error_reports.capture(error, job=name)
            error_reports.check_in(name, watch(), failed=True)
            if (text := logs.scrubbed(str(error).partition("\n")[0])) != str(error):
                raise JobFailed(f"{type(error).__name__}: {text}").with_traceback(error.__traceback__) from None
            raise
        done = said["status"] == "done"
        measured = metrics.of_run(counts, failed=False) if done else {}
        logs.write(logging.INFO, "job", **{**said, **line, **_spent(watch(), counts), **measured})
        if done:
            error_reports.check_in(name, watch(), failed=False)
        return said

    gc_tuning.begin()
    return handler


def _run(
    name: str,
    work: Callable[[Run], None],
    after_commit: Callable[[], object] | None,
    day: date,
    now: datetime,
    deadline: datetime,
    event: dict[str, Any],
) -> dict[str, object]:
    db = wiring.database()
    run = Run(db, day, now, deadline, event)
    with db.transaction():
        if not jobs.lock(db, name):
            return {"job": name, "day": day.isoformat(), "status": "locked"}
        allow(db, max(deadline - now, SHORTEST))
        work(run)
        if not run.failures:
            jobs.ended(db, name, day, now, run.counts)
    if after_commit:
        after_commit()
    if run.failures:
        raise ExceptionGroup(f"{name}: {len(run.failures)} parts failed, the others are done", run.failures)
    return {"job": name, "day": day.isoformat(), "status": "done", **run.counts}


def _keep_failure(name: str, error: Exception) -> None:
    """Write down that a run failed, in a transaction of its own; where not even that can be, the log has to do."""
    with suppress(DatabaseUnavailable, DatabaseError, SettingsError):
        db, said = wiring.database(), logs.scrubbed(logs.in_a_line(error))
        with db.transaction():
            jobs.failed(db, name, said[:LONGEST_ERROR], clock.now())


def _spent(ms: float, counts: invocation_metrics.Counters) -> dict[str, object]:
    """What a run took, and what it asked of others."""
    return {"ms": round(ms), **counts.as_dict()}


def _day_of(event: Any, now: datetime) -> date:
    if event is not None and not isinstance(event, dict):
        raise BadEvent('the event must be an object such as {"day": "2024-04-27"}')
    told = (event or {}).get("day")
    if told is None:
        return paris_day(now)
    try:
        return date.fromisoformat(told)
    except (TypeError, ValueError):
        raise BadEvent(f'"day" must be a date such as 2024-04-27, not {told!r}') from None


def _then(event: Any) -> list[str]:
    told = (event or {}).get("then", [])
    if not isinstance(told, list) or not all(isinstance(name, str) for name in told):
        raise BadEvent(f'"then" must be a list of jobs such as ["settle_picks"], not {told!r}')
    return told


def _time_left(context: Any) -> timedelta:
    tell = getattr(context, "get_remaining_time_in_millis", None)
    return UNLIMITED if tell is None else max(timedelta(milliseconds=tell()) - MARGIN, timedelta(0))
