"""Runs of jobs: one at a time of each, when each last ended well, and how each last failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from psycopg.types.json import Jsonb

from shared.stores.database import Connection, fetch_all


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a job last ended well."""

    job: str
    last_run_at: datetime


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands.

    Attributes:
        job: its name.
        last_run_at: when it last ended well; None if it never did.
        day: the betting day that it was about then.
        report: what it said then.
        failed_at: when it last failed.
        error: how.
        started_at: when a person last started it.
        running: whether it runs now.
    """

    job: str
    last_run_at: datetime | None
    day: date | None
    report: dict[str, object] | None
    failed_at: datetime | None
    error: str | None
    started_at: datetime | None
    running: bool

    @property
    def state(self) -> Literal["running", "failed", "done", "never"]:
        """In a word; `failed` until it has ended well again."""
        if self.running:
            return "running"
        if self.failed_at is not None and (self.last_run_at is None or self.last_run_at < self.failed_at):
            return "failed"
        return "never" if self.last_run_at is None else "done"


LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(job)s, 0))"


def lock(db: Connection, job: str) -> bool:
    """Take a job's lock until the transaction ends; False where another run holds it."""
    row = db.execute(LOCK, {"job": job}).fetchone()
    return bool(row and row[0])


MARK_SUCCEEDED = """
    INSERT INTO jobs (job, last_run_at, day, report)
    VALUES (%(job)s, %(now)s, %(day)s, %(report)s)
    ON CONFLICT (job) DO UPDATE SET
        last_run_at = greatest(jobs.last_run_at, EXCLUDED.last_run_at),
        day = EXCLUDED.day,
        report = EXCLUDED.report
"""


def mark_succeeded(db: Connection, job: str, day: date, now: datetime, report: dict[str, object]) -> None:
    """Write down that a job ended well."""
    db.execute(MARK_SUCCEEDED, {"job": job, "day": day, "now": now, "report": Jsonb(report)})


LAST_RUNS = "SELECT job, last_run_at FROM jobs ORDER BY job"


def last_runs(db: Connection) -> list[LastRun]:
    """When each job last ended well."""
    return fetch_all(db, LastRun, LAST_RUNS)


MARK_FAILED = """
    INSERT INTO job_failures (job, failed_at, error)
    VALUES (%(job)s, %(now)s, %(error)s)
    ON CONFLICT (job) DO UPDATE SET failed_at = EXCLUDED.failed_at, error = EXCLUDED.error
"""


def mark_failed(db: Connection, job: str, error: str, now: datetime) -> None:
    """Write down how a job failed; what it said before is forgotten."""
    db.execute(MARK_FAILED, {"job": job, "error": error, "now": now})


# Postgres shows the two halves of an advisory lock's key apart; objsubid 1 says that they are halves of one.
STATES = """
    SELECT asked.job, j.last_run_at, j.day, j.report, f.failed_at, f.error,
        (SELECT max(s.started_at) FROM job_starts s WHERE s.job = asked.job) AS started_at,
        EXISTS (
            SELECT
            FROM pg_locks l
            WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(asked.job, 0)
        ) AS running
    FROM unnest(%(jobs)s::text[]) AS asked (job)
    LEFT JOIN jobs j ON j.job = asked.job
    LEFT JOIN job_failures f ON f.job = asked.job
    ORDER BY asked.job
"""


def states(db: Connection, names: Iterable[str]) -> list[JobState]:
    """How some jobs stand, by name."""
    return fetch_all(db, JobState, STATES, {"jobs": list(names)})


REPORTS = "SELECT job, last_run_at, report FROM jobs WHERE job = ANY(%(jobs)s)"


def reports(db: Connection, jobs: Sequence[str]) -> dict[str, tuple[datetime, dict[str, object]]]:
    """When each of some jobs last ended well, and what it said; nothing of those that never did."""
    rows = db.execute(REPORTS, {"jobs": list(jobs)}).fetchall()
    return {job: (last_run_at, report) for job, last_run_at, report in rows}
