"""The edge of a scheduled job: one lock, one transaction, one log line. A job that failed raises."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from psycopg import Error as DatabaseError

from shared.football.calendar import paris_day
from shared.runtime import clock, errors, logs, wiring
from shared.runtime.kinds import Kind, changed
from shared.runtime.settings import SettingsError, settings
from shared.stores import jobs
from shared.stores.database import Connection, DatabaseUnavailable

MARGIN = timedelta(seconds=5)
"""How long before the platform's time-out a job's own time is up."""
UNLIMITED = timedelta(minutes=15)
LONGEST_ERROR = 500
"""Characters that are kept of what a failed run says."""


class BadEvent(ValueError):
    """The event that a job was called with cannot be understood; the message says how to mend it."""


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
    def part(self, expected: type[Exception]) -> Iterator[None]:
        """A part whose expected failure does not undo the others: they are committed, and then the run fails."""
        try:
            yield
        except expected as error:
            self.failures.append(error)


def job(
    name: str, work: Callable[[Run], None], changes: Iterable[Kind] = ()
) -> Callable[[Any, Any], dict[str, object]]:
    """A handler for the platform from the work of a job.

    Two runs at once: one works, the other answers `locked`. Everything a run writes is committed at its end or not at
    all, so that it can be killed anywhere and run again. Kept answers of the kinds that it `changes` then count no
    longer. An event may name the jobs that follow: of `{"then": ["sync_history", "settle_picks"]}` the first is started
    once this one is done, and told of the rest.
    """

    def handler(event: Any, context: Any) -> dict[str, object]:
        logs.take_in()
        watch, now = clock.stopwatch(), clock.now()
        try:
            day, then = _day_of(event, now), _then(event)
            said = _run(name, work, changes, day, now, now + _time_left(context), dict(event or {}))
            if then and said["status"] == "done":
                wiring.functions().start(then[0], {"then": then[1:]})
        except Exception as error:
            logs.write(logging.ERROR, "job failed", job=name, error=repr(error), ms=round(watch()))
            _keep_failure(name, error)
            errors.capture(error, job=name)
            raise
        logs.write(logging.INFO, "job", **said, ms=round(watch()))
        return said

    return handler


def _run(
    name: str,
    work: Callable[[Run], None],
    changes: Iterable[Kind],
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
        work(run)
        if not run.failures:
            jobs.ended(db, name, day, now, run.counts)
    changed(*changes)
    if run.failures:
        raise ExceptionGroup(f"{name}: {len(run.failures)} parts failed, the others are done", run.failures)
    return {"job": name, "day": day.isoformat(), "status": "done", **run.counts}


def _keep_failure(name: str, error: Exception) -> None:
    """Write down that a run failed, in a transaction of its own; where not even that can be, the log has to do."""
    with suppress(DatabaseUnavailable, DatabaseError, SettingsError):
        db, said = wiring.database(), settings().without_secrets(_in_a_line(error))
        with db.transaction():
            jobs.failed(db, name, said[:LONGEST_ERROR], clock.now())


def _in_a_line(error: BaseException) -> str:
    """The class of an error and the first line of what it says: further ones may quote data; of a group, its parts."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_in_a_line(part) for part in cast("BaseExceptionGroup[BaseException]", error).exceptions)
    first, _, _ = str(error).partition("\n")
    return f"{type(error).__name__}: {first}"


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
