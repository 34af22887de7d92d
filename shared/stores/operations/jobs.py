"""Job runs: mutual exclusion, last success and last failure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from psycopg.types.json import Jsonb

from shared.stores.database import Connection, fetch_all, fetch_value


@dataclass(frozen=True, slots=True)
class LastRun:
    """Last success of a job."""

    job: str
    last_run_at: datetime


@dataclass(frozen=True, slots=True)
class JobState:
    """Status of a job."""

    job: str
    last_run_at: datetime | None  # time of the last success, if any
    day: date | None
    report: dict[str, object] | None
    failed_at: datetime | None
    error: str | None
    started_at: datetime | None  # time of the last manual start
    running: bool  # whether it is running; of a job in pages, whether a worker is

    @property
    def state(self) -> Literal["running", "failed", "done", "never"]:
        """Summary; `failed` until the next success."""
        if self.running:
            return "running"
        if self.failed_at is not None and (self.last_run_at is None or self.last_run_at < self.failed_at):
            return "failed"
        return "never" if self.last_run_at is None else "done"


def lock(db: Connection, job: str) -> bool:
    """Acquire a job's lock until the end of the transaction; False if another run holds it."""
    return fetch_value(db, "SELECT pg_try_advisory_xact_lock(hashtextextended(%(job)s, 0))", {"job": job})


MARK_SUCCEEDED = """
    INSERT INTO jobs (job, last_run_at, day, report)
    VALUES (%(job)s, %(now)s, %(day)s, %(report)s)
    ON CONFLICT (job) DO UPDATE SET
        last_run_at = greatest(jobs.last_run_at, EXCLUDED.last_run_at),
        day = EXCLUDED.day,
        report = EXCLUDED.report
"""


def mark_succeeded(db: Connection, job: str, day: date, now: datetime, report: dict[str, object]) -> None:
    """Record a success."""
    db.execute(MARK_SUCCEEDED, {"job": job, "day": day, "now": now, "report": Jsonb(report)})


def last_runs(db: Connection) -> list[LastRun]:
    """Last success of each job."""
    return fetch_all(db, LastRun, "SELECT job, last_run_at FROM jobs ORDER BY job")


MARK_FAILED = """
    INSERT INTO job_failures (job, failed_at, error)
    VALUES (%(job)s, %(now)s, %(error)s)
    ON CONFLICT (job) DO UPDATE SET failed_at = EXCLUDED.failed_at, error = EXCLUDED.error
"""


def mark_failed(db: Connection, job: str, error: str, now: datetime) -> None:
    """Record a failure, replacing the previous one."""
    db.execute(MARK_FAILED, {"job": job, "error": error, "now": now})


# pg_locks splits a 64-bit advisory lock key into classid and objid, with objsubid 1.
STATES = """
    SELECT requested.job, j.last_run_at, j.day, j.report, f.failed_at, f.error,
        (SELECT max(s.started_at) FROM job_starts s WHERE s.job = requested.job) AS started_at,
        EXISTS (
            SELECT
            FROM pg_locks l
            WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(requested.job, 0)
        ) OR EXISTS (
            SELECT FROM job_workers w WHERE w.job = requested.job AND w.held_until > %(now)s
        ) AS running
    FROM unnest(%(jobs)s::text[]) AS requested (job)
    LEFT JOIN jobs j ON j.job = requested.job
    LEFT JOIN job_failures f ON f.job = requested.job
    ORDER BY requested.job
"""


def states(db: Connection, names: Iterable[str], now: datetime) -> list[JobState]:
    """Status of some jobs, by name."""
    return fetch_all(db, JobState, STATES, {"jobs": list(names), "now": now})


REPORTS = "SELECT job, last_run_at, report FROM jobs WHERE job = ANY(%(jobs)s)"


def reports(db: Connection, jobs: Sequence[str]) -> dict[str, tuple[datetime, dict[str, object]]]:
    """Time and report of the last success by job; jobs without one are missing."""
    rows = db.execute(REPORTS, {"jobs": list(jobs)}).fetchall()
    return {job: (last_run_at, report) for job, last_run_at, report in rows}
